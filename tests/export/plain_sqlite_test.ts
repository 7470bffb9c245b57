/** `export --format sqlite`: a plain file for people and other programs. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

async function exported(dir: TempDir, app: Parameters<typeof putArchive>[1], ...args: readonly string[]) {
  await putArchive(dir.file("app.sqlite"), app);
  return await runHere(["export", dir.file("app.sqlite"), "-f", "sqlite", "-o", dir.file("plain.sqlite"), ...args]);
}

function rows(dir: TempDir, sql: string): readonly unknown[] {
  using database = new DatabaseSync(dir.file("plain.sqlite"), { readOnly: true });
  return database.prepare(sql).all().map((row) => Object.values(row));
}

Deno.test("a plain file has ids as integers, labels, times in UTC, and nothing of the archive's", async () => {
  using dir = tempDir();
  const { code, out } = await exported(dir, sampleApp());
  assert.deepEqual([code, out], [0, `Wrote 4 tables, 207 rows to ${dir.file("plain.sqlite")}\n`]);
  assert.deepEqual(rows(dir, "SELECT row_id, customer, customer_label, items, items_label FROM orders LIMIT 1"), [
    [120, 50, "reader0@example.com", "[20]", "Sense and Sensibility"],
  ]);
  assert.deepEqual(rows(dir, "SELECT name FROM sqlite_schema WHERE name LIKE '\\_%' ESCAPE '\\'"), []);
  assert.deepEqual(
    rows(dir, "SELECT count(*) FROM orders__items JOIN books ON books.row_id = target_row_id")[0],
    [
      rows(dir, "SELECT sum(json_array_length(items)) FROM orders")[0],
    ].flat(),
  );
  assert.deepEqual(rows(dir, "SELECT sum(length(bytes) = length), count(*) FROM media"), [[11, 11]]);
  assert.deepEqual(rows(dir, "SELECT value FROM about_this_file WHERE key = 'restorable'"), [["false"]]);
  assert.equal((Deno.statSync(dir.file("plain.sqlite")).mode ?? 0) & 0o077, 0);
});

Deno.test("times are in UTC beside the original; one that UTC puts beyond the year 9999 is there as it was", async () => {
  using dir = tempDir();
  assert.equal((await exported(dir, oddApp())).code, 0);
  assert.deepEqual(rows(dir, "SELECT moment, moment_original FROM all_types LIMIT 4"), [
    ["2024-03-04 03:36:07.000", "2024-03-04T05:06:07.000008+01:30"],
    ["0001-01-01 00:00:00.000", "0001-01-01T00:00:00.000000+00:00"],
    [null, "9999-12-31T23:59:59.999999-11:00"],
    [null, null],
  ]);
});

Deno.test("numbers that no column of one kind holds are text, and a note says so", async () => {
  using dir = tempDir();
  const { code, err } = await exported(dir, oddApp());
  assert.equal(code, 0);
  assert.match(err, /note: Column 'number' of table 'all_types' has numbers that neither 64 bits nor a float hold/);
  assert.deepEqual(rows(dir, "SELECT number, typeof(number) FROM all_types LIMIT 2"), [["1", "text"], ["1.0", "text"]]);
});

Deno.test("a column of the app that is called as ours keeps its name", async () => {
  using dir = tempDir();
  const app = smallApp({
    media: { columns: { row_id: "string", at: "datetime", at_original: "string" }, rows: [["mine", null, "mine too"]] },
    about_this_file: { columns: {}, rows: [[]] },
  });
  assert.equal((await exported(dir, app)).code, 0);
  assert.deepEqual(rows(dir, "SELECT anvil_row_id, row_id, at_original, at_original_2 FROM media"), [
    [1, "mine", "mine too", null],
  ]);
  assert.deepEqual(rows(dir, "SELECT count(*) FROM about_this_file_2 WHERE key = 'program'"), [[1]]);
});

Deno.test("media that no exported row has are not in the file, and --no-media leaves out all bytes", async () => {
  using dir = tempDir();
  const { code } = await exported(dir, sampleApp(), "--table", "books", "--where", "title = 'Emma'");
  assert.equal(code, 0);
  assert.deepEqual(rows(dir, "SELECT name, row_id FROM media"), [["Emma.png", "[102,24]"]]);
  using other = tempDir();
  assert.equal((await exported(other, sampleApp(), "--no-media")).code, 0);
  assert.deepEqual(rows(other, "SELECT count(*) FROM sqlite_schema WHERE name = 'media'"), [[0]]);
  assert.deepEqual(rows(other, "SELECT cover_name FROM books WHERE title = 'Emma'"), [["Emma.png"]]);
});
