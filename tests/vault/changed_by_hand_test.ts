/** A vault whose rows or lines somebody has changed: nothing comes out of it as if it were what went in. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";

Deno.test("extract of a vault that was changed by hand: exit 4, what is not as it was, and no file", async () => {
  using dir = tempDir();
  await new BuiltNights(dir, 5, 1).into(dir.file("app.vault"), [1]);
  for (
    const [sql, said] of [
      ["UPDATE _anvil_live_1 SET c1 = 'Another' WHERE _anvil_row = 1", "table 'books' is not as it was in snapshot #1"],
      ["UPDATE _anvil_snapshots SET row_count = 1", "what is known of snapshot #1 is not as it was taken in"],
      ["UPDATE _anvil_table_states SET state = 'half'", "a table has the state 'half'"],
      ["UPDATE _anvil_schemas SET schema = '{}'", "the schema 1 cannot be read"],
    ] as const
  ) {
    const hurt = dir.file("hurt.vault");
    Deno.copyFileSync(dir.file("app.vault"), hurt);
    const database = new DatabaseSync(hurt);
    database.exec(sql);
    database.close();
    const { code, out, err } = await runHere(["extract", hurt, "-o", dir.file("out.sqlite")]);
    assert.deepEqual([code, out], [4, ""], err);
    assert.match(err, /^hint: Use a copy of it\. 'verify --all' says which snapshots are still good/m);
    assert.ok(err.includes(`The vault '${hurt}' is damaged: ${said}\n`), err);
    assert.deepEqual(dir.names(), ["app.vault", "hurt.vault", "night-1.sqlite"]);
  }
});
