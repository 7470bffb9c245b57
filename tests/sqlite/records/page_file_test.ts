/** Pages of a file, read past SQLite. */
import assert from "node:assert/strict";
import { openEngine } from "../../../lib/sqlite/open_engine.ts";
import { OddFile, openPageFile } from "../../../lib/sqlite/records/page_file.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

const PAGE = 4_096;

Deno.test("the page of SQLite's locks is never read, nor what lies behind the end", async () => {
  using dir = tempDir();
  const engine = await openEngine(dir.file("large.db"), { mode: "create" });
  engine.exec(`PRAGMA page_size = ${PAGE}; CREATE TABLE t (a)`);
  engine.close();
  // A file of more than 1 GB that takes no room.
  const pages = 2 ** 30 / PAGE + 20;
  Deno.truncateSync(dir.file("large.db"), pages * PAGE);
  using file = openPageFile(dir.file("large.db"));
  assert.ok(file !== null);
  const locks = 2 ** 30 / PAGE + 1;
  assert.equal(file.load(locks - 2), 0);
  assert.equal(file.load(locks - 1), PAGE);
  assert.throws(() => file.load(locks), OddFile);
  assert.equal(file.load(locks + 1), 0);
  assert.equal(file.load(pages), 0);
  for (const page of [0, -1, pages + 1]) assert.throws(() => file.load(page), OddFile);
  assert.equal(file.copy(1).length, PAGE);
  assert.throws(() => file.copy(pages + 1), OddFile);
});
