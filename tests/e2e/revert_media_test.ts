/** Media files put back into the cells that they were in, and back again by undoing, on both storages. */
import assert from "node:assert/strict";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { AppEditor } from "../fixtures/running/app_editor.ts";
import { apply, restore } from "../fixtures/running/damaged_shop.ts";
import { mapsIn, restoredApp } from "../fixtures/running/restored_app.ts";

for (const storage of ["classic", "split"] as const) {
  Deno.test(`restore --revert puts media files back, and --undo brings the newer ones back (${storage})`, async () => {
    await using app = await restoredApp(sampleApp(), { into: sampleApp(), storage });
    await using editor = await AppEditor.open(app.server.url);
    await editor.upload("books", "20", "cover", "newer.png", new Uint8Array([1, 2, 3]));
    // The same name and type: only the bytes say that it is another.
    await editor.upload("books", "24", "cover", "Emma.png", new Uint8Array([4, 5, 6]));
    await editor.change("books", "26", { cover: null });
    const plan = await restore(app, "backup.sqlite", "--revert");
    assert.match(
      plan.out,
      /\n {2}~ Sense and Sensibility \[102,20\] +cover: newer\.png → Sense and Sensibility\.png\n/,
    );
    assert.match(plan.out, /\n {2}~ Emma \[102,24\] +cover: Emma\.png → Emma\.png\n/);
    assert.match(plan.out, /\n {2}~ Waverley \[102,26\] +cover: empty → Waverley\.png\n/);
    const done = await apply(app, "--revert");
    assert.equal(done.code, 0, done.out + done.err);
    assert.match(
      done.out,
      /3 cells set in 3 rows\.\nRead back and compared with the file: 3 rows, 0 links, 3 media files/,
    );
    assert.match((await restore(app, "backup.sqlite", "--revert")).out, /\nThe app's rows are as in the file\.\n/);
    const [map = ""] = mapsIn(app.dir);
    const undone = await restore(app, "--undo", map, "--apply", "--yes");
    assert.equal(undone.code, 0, undone.out + undone.err);
    assert.match(undone.out, /^Deleted 0 rows, 3 cells set back/m);
    assert.equal((await restore(app, "backup.sqlite", "--revert")).out, plan.out);
  });
}
