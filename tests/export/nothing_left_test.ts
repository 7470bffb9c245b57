/** An export that cannot be written, or whose backup cannot be read: a sentence, and nothing is left of it. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });

Deno.test("an export into a folder that is not there, or under a name that is too long, is not begun: exit 21", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), PETS);
  for (const format of ["csv", "xlsx", "sqlite"]) {
    for (const name of [`none/pets.${format}`, `${"x".repeat(249)}.${format}`]) {
      const { code, out, err } = await runHere(["export", dir.file("app.sqlite"), "-f", format, "-o", dir.file(name)]);
      assert.deepEqual([code, out], [21, ""], err);
      // The reason is in the system's own words.
      assert.match(
        err,
        /^error: Cannot write '.*': \S.*\nhint: Choose another place with -o, and check permissions and free space\.$/m,
      );
      assert.deepEqual(dir.names(), ["app.sqlite"]);
    }
  }
});

Deno.test("an export of a backup with a page that is lost ends with exit 4, and leaves no half file", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  await putArchive(path, PETS);
  const database = new DatabaseSync(path, { readOnly: true });
  const page = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'pets'").get()?.["rootpage"]);
  const size = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  database.close();
  const bytes = Deno.readFileSync(path);
  bytes.fill(255, (page - 1) * size, page * size);
  Deno.writeFileSync(path, bytes);
  for (const format of ["sqlite", "xlsx", "csv"]) {
    const { code, out, err } = await runHere(["export", path, "-f", format, "-o", dir.file(`pets.${format}`)]);
    assert.deepEqual([code, out], [4, ""], err);
    assert.match(err, /^error: The file is damaged: .*\nhint: Use another backup/m);
    assert.deepEqual(dir.names(), ["app.sqlite"]);
  }
});
