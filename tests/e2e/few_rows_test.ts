/** A restore of a few rows checks what it uses of the file: the rest may be large, or damaged. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { IdMap } from "../../lib/id_map/id_map.ts";
import { WHOLE } from "../../lib/restore/job/restore_options.ts";
import { usedRowProblems } from "../../lib/restore/plan/check_used_rows.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { AppEditor } from "../fixtures/running/app_editor.ts";
import { restore } from "../fixtures/running/damaged_shop.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";

/** One table of two blocks of the digest. */
function farApart(): ArchiveContent {
  const app = smallApp({ things: { columns: { name: "string" }, rows: [["near"], ["far"]] } });
  const rows = new Map([["things", [{ id: "1", cells: ["near"] }, { id: "5000", cells: ["far"] }]]]);
  return { ...app, rows };
}

function damage(path: string, row: number): void {
  const database = new DatabaseSync(path);
  database.exec(`UPDATE things SET name = 'damaged' WHERE rowid = ${row}`);
  database.close();
}

Deno.test("restore of one row finds damage in the rows that it uses, and remembers what the file should be", async () => {
  await using app = await restoredApp(farApart(), { into: farApart() });
  await using editor = await AppEditor.open(app.server.url);
  await editor.remove("things", "1");
  const problems = async () => {
    using archive = await openArchive(app.path);
    let found: readonly string[] = [];
    const checkUsed = async (idMap: IdMap) => {
      found = await usedRowProblems(archive, idMap, { file: app.path, worth: 0 });
    };
    await app.plan({ mode: "missing", selection: { ...WHOLE, rows: ["[1,1]"] }, checkUsed });
    return found;
  };
  assert.deepEqual(await problems(), []);
  assert.ok(app.dir.names().includes("backup.sqlite.blocks.json"));
  damage(app.path, 5000);
  assert.deepEqual(await problems(), [], "another block");
  damage(app.path, 1);
  assert.deepEqual(await problems(), ["Rows 0 to 4095 of table 'things' differ from their digest"]);
});

Deno.test("restore of one row of a damaged file is refused, with --verify also for damage elsewhere, unless --force", async () => {
  await using app = await restoredApp(farApart(), { into: farApart() });
  await using editor = await AppEditor.open(app.server.url);
  await editor.remove("things", "1");
  damage(app.path, 1);
  for (const args of [[], ["--verify"]]) {
    const { code, err } = await restore(app, "backup.sqlite", "--missing", "--row", "[1,1]", ...args);
    assert.equal(code, 4);
    assert.match(err, /is not as it was made: The rows of table 'things' differ from their digest/);
  }
  assert.equal((await restore(app, "backup.sqlite", "--missing", "--row", "[1,1]", "--force")).code, 0);
  assert.deepEqual(app.dir.names().filter((name) => name.endsWith(".json")), [], "a small file needs no memory");
});

Deno.test("restore of one row without such a memory reads its table, and believes no memory of another file", async () => {
  await using app = await restoredApp(farApart(), { into: farApart() });
  await using editor = await AppEditor.open(app.server.url);
  await editor.remove("things", "1");
  damage(app.path, 5000);
  Deno.writeTextFileSync(app.dir.file("backup.sqlite.blocks.json"), `{"1":[[0,1,"${"00".repeat(32)}"]]}`);
  const { code, err } = await restore(app, "backup.sqlite", "--missing", "--row", "[1,1]");
  assert.equal(code, 4);
  assert.match(err, /The rows of table 'things' differ from their digest/);
});
