/** `inspect` as a user runs it: of a backup, and of a file of the forum scripts, for people and for programs. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { forumFile } from "../../fixtures/files/forum_file.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runIn } from "../../fixtures/running/program_here.ts";

Deno.test("inspect shows an archive on one screen", async () => {
  using dir = tempDir();
  await putArchive(dir.file("shop.sqlite"), sampleApp());
  const { code, out, err } = await runIn(dir, ["inspect", "shop.sqlite"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^File +shop\.sqlite\nApp +DEMOBOOKSHOP0000, published, /);
  assert.match(out, /^Digest +[0-9a-f]{64}$/m);
  assert.match(out, /^Media +11 files, 10 different, 84 kB$/m);
  assert.match(out, /^customers +40 +[\d.]+ k?B$/m);
  assert.match(out, /^Not in the file: /m);
});

Deno.test("inspect shows twenty warnings and counts the rest; --json has all", async () => {
  using dir = tempDir();
  await putArchive(dir.file("shop.sqlite"), sampleApp());
  const database = new DatabaseSync(dir.file("shop.sqlite"));
  const insert = database.prepare("INSERT INTO _anvil_warnings (code, message) VALUES ('odd', ?)");
  for (let n = 1; n <= 25; n++) insert.run(`Warning ${n} \x1b[31m`);
  database.close();
  const { out } = await runIn(dir, ["inspect", "shop.sqlite"]);
  assert.match(out, /^25 warnings:\n {2}Warning 1 \\x1b\[31m\n(.+\n){19} {2}and 5 more; --json lists all$/m);
  const { warnings } = JSON.parse((await runIn(dir, ["inspect", "--json", "shop.sqlite"])).out);
  assert.equal(warnings.length, 25);
});

Deno.test("inspect --json gives one document, whose kind says what the file is", async () => {
  using dir = tempDir();
  await putArchive(dir.file("shop.sqlite"), sampleApp());
  const { code, out } = await runIn(dir, ["inspect", "--json", "shop.sqlite"]);
  const report = JSON.parse(out);
  assert.equal(code, 0);
  assert.deepEqual([report.kind, report.file, report.app.id], ["archive", "shop.sqlite", "DEMOBOOKSHOP0000"]);
  assert.deepEqual(report.tables.map(({ name, rows }: Record<string, unknown>) => [name, rows]), [
    ["authors", 6],
    ["books", 11],
    ["customers", 40],
    ["orders", 150],
  ]);
});

Deno.test("inspect of a forum script's file names what is missing, and each cell that SQLite may have changed", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  const { code, out } = await runIn(dir, ["inspect", "forum.sqlite"]);
  assert.equal(code, 0);
  assert.match(out, /^File +forum\.sqlite \(made by the forum script\)$/m);
  assert.match(out, /^Ended +2020-01-12T10:00:05$/m);
  assert.match(out, /^pets +2$/m);
  assert.match(out, /^Tables that are not in the file: lost$/m);
  assert.match(out, /^ {2}pets\.code: 1 cell, in rows \[501, 601\]$/m);
});

Deno.test("inspect of a forum script's file whose text was never changed says so, and when it was never ended", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  const database = new DatabaseSync(dir.file("forum.sqlite"));
  database.exec("DELETE FROM pets; DELETE FROM _provenance WHERE key LIKE 'backup%'");
  database.close();
  const { out } = await runIn(dir, ["inspect", "forum.sqlite"]);
  assert.match(out, /^Begun +never: /m);
  assert.match(out, /^Ended +never: /m);
  assert.match(out, /^No text was turned into a number\.$/m);
});

Deno.test("inspect --json of a forum script's file has its provenance and the changed cells", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  const report = JSON.parse((await runIn(dir, ["inspect", "--json", "forum.sqlite"])).out);
  assert.deepEqual([report.kind, report.provenance.backup_start], ["forum-script", "2020-01-12T10:00:00"]);
  assert.deepEqual(report.missing, ["lost"]);
  assert.deepEqual(report.changed.map(({ column }: Record<string, unknown>) => column), ["code"]);
});
