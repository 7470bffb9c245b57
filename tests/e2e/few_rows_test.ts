/** A restore of a few rows checks what it uses of the file: the rest may be large, or damaged. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
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
  const one = (...args: readonly string[]) => restore(app, "backup.sqlite", "--missing", "--row", "[1,1]", ...args);
  const first = await one();
  assert.equal(first.code, 0, first.err);
  assert.ok(app.dir.names().includes("backup.sqlite.blocks.json"));
  damage(app.path, 5000);
  const elsewhere = await one();
  assert.equal(elsewhere.code, 0, elsewhere.err);
  const whole = await one("--verify");
  assert.equal(whole.code, 4);
  damage(app.path, 1);
  const here = await one();
  assert.equal(here.code, 4);
  assert.match(
    here.err,
    /^error: '.*backup\.sqlite' is not as it was made: Rows 0 to 4095 of table 'things' differ from /,
  );
  const forced = await one("--force");
  assert.equal(forced.code, 0, forced.err);
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
