/** A table that is more than one sheet of Excel holds goes on in another; the limit is small here. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { systemClock } from "../../lib/clock.ts";
import { chooseExport } from "../../lib/export/job/choose_export.ts";
import { Shortfalls } from "../../lib/export/job/shortfalls.ts";
import { writeXlsx } from "../../lib/export/xlsx/write_xlsx.ts";
import { unzipSync } from "../deps.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";

/** Sheets of a workbook by name, each with its rows: the texts of their cells. */
async function sheetsOf(dir: TempDir, rows: number, limits: { rows: number; bytes: number }) {
  const app = smallApp({
    long: { columns: { n: "number" }, rows: Array.from({ length: rows }, (_, i) => [BigInt(i)]) },
    "long 2": { columns: { n: "number" }, rows: [[7n]] },
  });
  await putArchive(dir.file("app.sqlite"), app);
  using archive = await openArchive(dir.file("app.sqlite"));
  const shortfalls = new Shortfalls();
  const choice = { tables: [], exclude: [], columns: [], where: null, mask: null, noSecrets: false };
  const job = {
    archive,
    ...chooseExport(archive, choice),
    labels: false,
    check: false,
    helperModule: undefined,
    shortfalls,
    progress: { report: () => {}, close: () => {} },
    clock: systemClock,
    signal: new AbortController().signal,
  };
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const results = await writeXlsx(job, { write: (bytes) => void pieces.push(bytes.slice()) }, () => [], limits);
  const parts = unzipSync(await new Blob(pieces).bytes());
  const text = (path: string) => new TextDecoder().decode(parts[path]);
  const names = [...text("xl/workbook.xml").matchAll(/<sheet name="([^"]*)"/g)].map(([, name]) => name ?? "");
  const sheets = names.map((name, i): readonly [string, string[]] => [
    name,
    [...text(`xl/worksheets/sheet${i + 1}.xml`).matchAll(/<row r="(\d+)">(.*?)<\/row>/g)].map(([, row, cells = ""]) =>
      `${row}: ${[...cells.matchAll(/<(?:t[^>]*|v)>(.*?)<\//g)].map(([, value]) => value).join(" ")}`
    ),
  ]);
  return { sheets, notes: shortfalls.notes, missing: shortfalls.missing, rows: results.map((result) => result.rows) };
}

Deno.test("a table with more rows than a sheet goes on in numbered sheets, each with headings, and the run says so", async () => {
  using dir = tempDir();
  const { sheets, notes, missing, rows } = await sheetsOf(dir, 5, { rows: 3, bytes: 1e9 });
  assert.deepEqual(sheets.slice(0, 4), [
    ["long", ["1: _anvil_row_id n", "2: [1,1] 0", "3: [1,2] 1"]],
    ["long 2", ["1: _anvil_row_id n", "2: [1,3] 2", "3: [1,4] 3"]],
    ["long 3", ["1: _anvil_row_id n", "2: [1,5] 4"]],
    ["long 2 2", ["1: _anvil_row_id n", "2: [2,6] 7"]],
  ]);
  assert.deepEqual(notes, [
    "Table 'long' is more than a sheet of Excel holds: it goes on in sheet 'long 2'",
    "Table 'long' is more than a sheet of Excel holds: it goes on in sheet 'long 3'",
  ]);
  assert.deepEqual([missing, rows], [[], [5, 1]]);
});

Deno.test("a table that just fits has one sheet", async () => {
  using dir = tempDir();
  const { sheets, notes } = await sheetsOf(dir, 2, { rows: 3, bytes: 1e9 });
  assert.deepEqual([sheets[0]?.[1].length, sheets[1]?.[0], notes], [3, "long 2", []]);
});

Deno.test("a sheet with too many bytes for a ZIP goes on in another too", async () => {
  using dir = tempDir();
  const { sheets, notes } = await sheetsOf(dir, 40_000, { rows: 1e6, bytes: 1_500_000 });
  const counts = sheets.filter(([name]) => name.startsWith("long")).map(([, rows]) => rows.length - 1);
  assert.equal(counts.length, notes.length + 2);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 40_001);
  assert.ok(counts.length > 2);
});
