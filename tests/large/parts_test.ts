/** A large table goes out in parts that two threads make: the bytes are those that one makes, whatever happens. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { systemClock } from "../../lib/clock.ts";
import { chooseExport } from "../../lib/export/job/choose_export.ts";
import type { Choice, ExportJob } from "../../lib/export/job/export_job.ts";
import { Shortfalls } from "../../lib/export/job/shortfalls.ts";
import type { TextFormat } from "../../lib/export/text/table_text.ts";
import { textHelper } from "../../lib/export/threads/text_helper.ts";
import { writeText } from "../../lib/export/threads/write_text.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";

const MAIN = new URL("../../main.ts", import.meta.url).href;
const ROWS = 2_500;
const FORMATS: readonly TextFormat[] = [{ format: "csv", style: { none: "", excel: true } }, { format: "jsonl" }];
const ALL: Choice = { tables: ["long"], exclude: [], columns: [], where: null, mask: null, noSecrets: false };

const APP = smallApp({
  others: { columns: { name: "string" }, rows: [["Ann"], ['B "ob"\n'], [null]] },
  long: {
    columns: { text: "string", number: "number", link: "link_single others", secret: "string" },
    rows: Array.from({ length: ROWS }, (_, i) => [
      i % 7 === 0 ? null : `=row ${i}, "${"é".repeat(i % 50)}"`,
      i % 3 === 0 ? BigInt(i) : i / 4,
      `[1,${i % 4}]`,
      `secret ${i % 9}`,
    ]),
  },
});

/** Exports in parts of so many rows; the bytes, the rows, and how many rows were told of in the end. */
async function exported(
  dir: TempDir,
  text: TextFormat,
  options: { module?: string; choice?: Choice; labels?: boolean; rows?: number; bytes?: number } = {},
) {
  const path = dir.file("app.sqlite");
  if (!dir.names().includes("app.sqlite")) await putArchive(path, APP);
  using archive = await openArchive(path);
  const { module, choice = ALL, labels = false, rows = 300, bytes = 1_000_000 } = options;
  let told = 0;
  const job: ExportJob = {
    archive,
    ...chooseExport(archive, choice),
    secret: "the same for both",
    labels,
    check: false,
    helperModule: module,
    shortfalls: new Shortfalls(),
    progress: { report: (event) => void (told = event.type === "table-done" ? event.rows : told), close: () => {} },
    clock: systemClock,
    signal: new AbortController().signal,
  };
  await using helper = await textHelper(job, text);
  const pieces: Uint8Array[] = [];
  const [table] = job.tables;
  assert.ok(table !== undefined);
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece.slice()) };
  const count = await writeText(job, table, text, sink, helper, { worth: 1_000, rows, bytes });
  const bytesOfAll = await new Blob(pieces as Uint8Array<ArrayBuffer>[]).bytes();
  return {
    text: new TextDecoder().decode(bytesOfAll),
    count,
    told,
    hasHelper: helper !== null,
    helperFailed: helper?.failed ?? false,
  };
}

Deno.test("a table in parts of two threads is the same as from one, in every format, with masks, labels and --where", async () => {
  using dir = tempDir();
  const mask = { name: "mask.yaml", text: "long: {secret: hash, number: {constant: 5}}\nothers: {name: hash}\n" };
  for (const text of FORMATS) {
    for (
      const options of [
        {},
        { labels: true, choice: { ...ALL, mask } },
        { choice: { ...ALL, where: "number > 100 -- some", columns: ["number", "text"] } },
        { rows: 7 },
        { rows: ROWS },
      ]
    ) {
      const alone = await exported(dir, text, options);
      const together = await exported(dir, text, { ...options, module: MAIN });
      assert.deepEqual({ ...together, hasHelper: false }, alone, JSON.stringify(options));
      assert.equal(together.told, together.count);
    }
  }
});

/** Rows of which 500, as many as are read at once, are more than a megabyte, which is as much as is written at once. */
const WIDE = smallApp({
  long: {
    columns: { text: "string" },
    rows: Array.from({ length: 1_800 }, (_, i) => [`row ${i} `.padEnd(3_000, "é")]),
  },
});

Deno.test("a part that would be too large to hold is made by the thread that writes, from where the other stopped", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), WIDE);
  for (const text of FORMATS) {
    const alone = await exported(dir, text);
    const together = await exported(dir, text, { module: MAIN, rows: 600, bytes: 1 });
    assert.ok(together.text === alone.text, text.format);
    assert.deepEqual([together.count, together.told, together.helperFailed], [1_800, 1_800, false]);
  }
});

Deno.test("a file that another program has open for writing gets no second thread: its end could leave files behind", async () => {
  using dir = tempDir();
  const [text = { format: "jsonl" }] = FORMATS;
  const { text: alone } = await exported(dir, text);
  using writer = new DatabaseSync(dir.file("app.sqlite"));
  writer.exec("PRAGMA journal_mode = WAL; CREATE TABLE mine (a TEXT)");
  assert.ok(dir.names().includes("app.sqlite-wal"));
  const together = await exported(dir, text, { module: "file:///there/is/no/such/module.ts" });
  assert.ok(together.text === alone);
  assert.equal(together.hasHelper, false, "nothing was asked of it");
});

Deno.test("a thread that cannot be started, or is no help, leaves the work to this one", async () => {
  using dir = tempDir();
  const [text = { format: "jsonl" }] = FORMATS;
  const alone = await exported(dir, text);
  const failing = `onmessage = () => postMessage({ kind: "failure", message: "no" }); postMessage({ kind: "ready" });`;
  for (const module of ["file:///there/is/no/such/module.ts", `data:text/javascript,${encodeURIComponent(failing)}`]) {
    assert.deepEqual(await exported(dir, text, { module }), { ...alone, hasHelper: true, helperFailed: true });
  }
});
