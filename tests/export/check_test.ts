/** `export --check`: what is not as it was to be is found, whichever format it is in. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { systemClock } from "../../lib/clock.ts";
import { layOut } from "../../lib/export/columns/plain_layout.ts";
import { checkParquet } from "../../lib/export/check/check_parquet.ts";
import { checkPlain } from "../../lib/export/check/check_plain.ts";
import { checkSums } from "../../lib/export/check/check_sums.ts";
import { checkCsv, checkJsonl } from "../../lib/export/check/check_text.ts";
import { csvRecords } from "../../lib/export/check/csv_records.ts";
import { chooseExport } from "../../lib/export/job/choose_export.ts";
import type { ExportJob, OutTable } from "../../lib/export/job/export_job.ts";
import { Shortfalls } from "../../lib/export/job/shortfalls.ts";
import { PLAIN_DIALECT, PLAIN_RULES } from "../../lib/export/sqlite/write_plain.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { fc } from "../deps.ts";
import { anyText } from "../fixtures/apps/any_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const STYLE = { none: "", excel: false };

/** Exports the demo's books, lets `spoil` change the export, and runs `check` on it. */
async function checked(
  output: string,
  spoil: (path: string) => void,
  check: (job: ExportJob, table: OutTable, path: string) => void | Promise<void>,
): Promise<void> {
  using dir: TempDir = tempDir();
  await putArchive(dir.file("app.sqlite"), sampleApp());
  const path = dir.file(output);
  const run = await runHere([
    "export",
    dir.file("app.sqlite"),
    "--table",
    "books",
    "-q",
    "-o",
    path,
    ...formatOf(output),
  ]);
  assert.equal(run.code, 0, run.err);
  using archive = await openArchive(dir.file("app.sqlite"));
  const choice = { tables: ["books"], exclude: [], columns: [], where: null, mask: null, noSecrets: false };
  const job: ExportJob = {
    archive,
    ...chooseExport(archive, choice),
    labels: false,
    check: true,
    helperModule: undefined,
    shortfalls: new Shortfalls(),
    progress: { report: () => {}, close: () => {} },
    clock: systemClock,
    signal: new AbortController().signal,
  };
  const [table] = job.tables;
  assert.ok(table !== undefined);
  await check(job, table, path);
  spoil(path);
  await assert.rejects(async () => await check(job, table, path), { code: "export-differs", exitCode: 4 });
}

function formatOf(output: string): readonly string[] {
  return output.includes(".") ? [] : ["--format", "files"];
}

function replaceIn(path: string, from: string, to: string): void {
  const text = Deno.readTextFileSync(path);
  assert.ok(text.includes(from));
  Deno.writeTextFileSync(path, text.replace(from, to));
}

Deno.test("a cell that differs in CSV is found", async () => {
  await checked(
    "b.csv",
    (path) => replaceIn(path, "Emma", "Enma"),
    (job, table, path) => checkCsv(job, table, STYLE, path),
  );
});

Deno.test("a line that is missing or too many in CSV is found", async () => {
  const check = (job: ExportJob, table: OutTable, path: string) => checkCsv(job, table, STYLE, path);
  await checked(
    "b.csv",
    (path) => replaceIn(path, /.*Emma.*\n/.exec(Deno.readTextFileSync(path))?.[0] ?? "", ""),
    check,
  );
  await checked("b.csv", (path) => Deno.writeTextFileSync(path, '"[102,99]",,,,,,,\n', { append: true }), check);
});

Deno.test("a float that became an integer in JSON lines is found", async () => {
  await checked("b.jsonl", (path) => replaceIn(path, '"price":9.0', '"price":9'), checkJsonl);
});

Deno.test("a cell that differs in a plain SQLite file is found, and a medium", async () => {
  const check = (job: ExportJob, _: OutTable, path: string) =>
    checkPlain(job, layOut(job, true, PLAIN_RULES), PLAIN_DIALECT, path);
  const change = (sql: string) => (path: string) => {
    using database = new DatabaseSync(path);
    database.exec(sql);
  };
  await checked("b.sqlite", change("UPDATE books SET title = 'Enma' WHERE title = 'Emma'"), check);
  await checked("b.sqlite", change("UPDATE media SET bytes = x'00' WHERE name = 'Emma.png'"), check);
  await checked("b.sqlite", change("DELETE FROM books WHERE title = 'Emma'"), check);
});

Deno.test("a Parquet file of other rows is found", async () => {
  await checked("b.parquet", (path) => {
    const bytes = Deno.readFileSync(path);
    const at = new TextDecoder("latin1").decode(bytes).indexOf("Emma");
    assert.ok(at > 0);
    bytes[at + 1] = "n".charCodeAt(0);
    Deno.writeFileSync(path, bytes);
  }, checkParquet);
});

Deno.test("a file that is not as it was written is found by its sum", async () => {
  await checked(
    "files",
    (path) => Deno.writeTextFileSync(`${path}/books/cover/Emma [102,24].png`, "x", { append: true }),
    (job, _, path) => checkSums(path, job.signal),
  );
});

Deno.test("--check is refused where nothing can be read back", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), sampleApp());
  for (
    const args of [["-f", "csv", "-o", "-"], ["-o", dir.file("a.xlsx")], ["-o", dir.file("a.sql")], [
      "--to",
      "postgres://a@h/d",
    ]]
  ) {
    assert.equal((await runHere(["export", dir.file("app.sqlite"), "--check", ...args])).code, 2);
  }
});

Deno.test("any records of CSV are read as they were written, wherever the pieces are cut", () => {
  const anyField = fc.oneof(fc.constant(null), anyText, fc.constantFrom("", "\r\n", '"', ',"', "\n"));
  const quote = (field: string | null) => field === null ? "" : `"${field.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(
      fc.array(fc.array(anyField, { minLength: 1, maxLength: 3 })),
      fc.integer({ min: 1, max: 5 }),
      (rows, size) => {
        const text = rows.map((row) => `${row.map(quote).join(",")}\n`).join("");
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        assert.deepEqual([...csvRecords(pieces, "")], rows);
      },
    ),
    { numRuns: timesAsked(50) },
  );
  assert.throws(() => [...csvRecords(['a,"b'], "")], SyntaxError);
  assert.throws(() => [...csvRecords(['"a"b\n'], "")], SyntaxError);
});
