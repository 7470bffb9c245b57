/** Files of the forum scripts as archives: what they never said is found elsewhere in them, or told. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSource } from "../../lib/restore/plan/open_backup.ts";
import { forumFile } from "../fixtures/files/forum_file.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** The archive made of such a file, once a statement has changed the file. */
async function opened(sql: string) {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  const database = new DatabaseSync(dir.file("forum.sqlite"));
  database.exec(sql);
  database.close();
  await using source = await openSource(dir.file("forum.sqlite"), { force: false, onStep: () => {} });
  const { catalogue: { tables } } = source.archive;
  return {
    notes: source.notes,
    tables: tables.map(({ plan, rowsCopied }) => [plan.table.name, plan.tableId, rowsCopied]),
  };
}

Deno.test("a table without an id in the schema has the one that its row ids name", async () => {
  const withoutIds =
    `PRAGMA foreign_keys = OFF; UPDATE _provenance SET value = replace(replace(value, '"id":501,', ''), '"table_id":501,', '')
    WHERE key = 'source_schema_json'; UPDATE pets SET _anvil_row_id = replace(_anvil_row_id, ' ', '')`;
  assert.deepEqual((await opened(withoutIds)).tables, [["pets", 501, 2]]);
});

Deno.test("a schema that is not there, or not JSON, ends with 20", async () => {
  for (const value of ["'{'", "NULL"]) {
    await assert.rejects(opened(`UPDATE _provenance SET value = ${value} WHERE key = 'source_schema_json'`), {
      exitCode: 20,
    });
  }
});
