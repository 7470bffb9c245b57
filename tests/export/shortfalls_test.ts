/** What of a file no export can carry, cell by cell: it is left out, named with its row, and the exit code is 3. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

async function exported(dir: TempDir, app: ArchiveContent, output: string, ...args: readonly string[]) {
  if (!dir.names().includes("app.sqlite")) await putArchive(dir.file("app.sqlite"), app);
  return await runHere(["export", dir.file("app.sqlite"), "-o", output === "-" ? output : dir.file(output), ...args]);
}

function rows(dir: TempDir, sql: string): readonly unknown[] {
  using database = new DatabaseSync(dir.file("plain.sqlite"), { readOnly: true });
  return database.prepare(sql).all().map((row) => Object.values(row));
}

/** What files of format 1 hold in place of a value that was too large. */
const STAND_IN = '"more than 16 MiB, which this wire cannot carry"';

/** Notes whose second cell is as the file could have it. */
const LACKING: ArchiveContent = {
  ...smallApp({
    notes: {
      columns: { title: "string", text: "string", next: "link_single notes" },
      rows: [["a", null, null], ["b", STAND_IN, null], ["c", "5", null], ["d", "whole", null]],
    },
  }),
  warnings: [
    ["absent-cell", "text", "[1,1]", "Larger than a message may be"],
    ["odd-value", "text", "[1,2]", `Not a string; kept as JSON text: ${STAND_IN}`],
    ["odd-value", "text", "[1,3]", "Not a string; kept as JSON text: 5"],
    ["odd-value", "next", "[1,4]", "Not a link_single; the cell is empty in the file: 7"],
  ].map(([code = "", column = "", row = "", message = ""]) => ({ code, table: "notes", column, row, message })),
};

Deno.test("cells that the backup does not have are empty in an export, named, and never a text in their place", async () => {
  using dir = tempDir();
  const { code, out, err } = await exported(dir, LACKING, "-", "-f", "csv");
  assert.equal(code, 3);
  assert.equal(
    out,
    '_anvil_row_id,title,text,next\n"[1,1]",a,,\n"[1,2]",b,,\n"[1,3]",c,5,\n"[1,4]",d,whole,\n',
  );
  assert.match(err, /Column 'text' of table 'notes': 2 values are not in the backup \(row \[1,1\], \[1,2\]\)\n/);
  assert.match(err, /Column 'next' of table 'notes': 1 value does not fit its column's type \(row \[1,4\]\)\n/);
  assert.match(err, /note: Column 'text' of table 'notes' has values that do not fit its type: they are JSON text\n/);
});

Deno.test("what the backup lacks is no matter where nobody asked for it: in columns left out, masked, or of other rows", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("mask.yaml"), "notes: {text: {constant: hidden}, next: drop}\n");
  for (
    const args of [["--columns", "title"], ["--mask", dir.file("mask.yaml")], ["--where", "title = 'c'"]]
  ) {
    const { code, err } = await exported(dir, LACKING, "-", "-f", "jsonl", "--table", "notes", ...args);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /not in the backup/);
  }
});

Deno.test("a number cell that somebody filled with bytes is damage: exit 4, and nothing is written", async () => {
  using dir = tempDir();
  const app = smallApp({ t: { columns: { n: "number" }, rows: [[1n], [2n]] } });
  await putArchive(dir.file("app.sqlite"), app);
  using database = new DatabaseSync(dir.file("app.sqlite"));
  database.exec("UPDATE t SET n = x'00ff' WHERE n = 2");
  for (const output of ["t.csv", "plain.sqlite"]) {
    const { code, err } = await exported(dir, app, output);
    assert.equal(code, 4);
    assert.match(err, /A cell of the backup holds bytes, which no cell of an app does\nhint: Run 'verify' on the file/);
  }
  assert.deepEqual(dir.names(), ["app.sqlite"]);
});

Deno.test("a column of numbers that a mask makes one value has the type of that value", async () => {
  const app = smallApp({
    t: { columns: { whole: "number", half: "number", none: "number", texts: "number" }, rows: [[1n, 1n, 1n, 0.5]] },
  });
  using dir = tempDir();
  const mask =
    "t: {whole: {constant: 7}, half: {constant: 0.5}, none: 'null', texts: {constant: 100000000000000000000}}\n";
  Deno.writeTextFileSync(dir.file("mask.yaml"), mask);
  const { code, err } = await exported(dir, app, "plain.sqlite", "--mask", dir.file("mask.yaml"));
  assert.equal(code, 0, err);
  assert.deepEqual(rows(dir, "SELECT name, type FROM pragma_table_info('t') WHERE pk = 0"), [
    ["whole", "INTEGER"],
    ["half", "REAL"],
    ["none", "INTEGER"],
    ["texts", "TEXT"],
  ]);
  assert.deepEqual(rows(dir, "SELECT whole, half, none FROM t"), [[7, 0.5, null]]);
});

/** One value of each kind that a database has no type for, each in a row of its own, before one that is right. */
const ODD: ArchiveContent = {
  ...smallApp({
    other: { columns: {}, rows: [[]] },
    t: {
      columns: { day: "date", at: "datetime", one: "link_single t", many: "link_multiple t", file: "media" },
      rows: [
        ["2024-02-30", null, null, null, null],
        [null, "yesterday", null, null, null],
        [null, null, "[1,1]", null, null],
        [null, null, null, '["none","[2,2]"]', null],
        [null, null, null, null, 1n],
        ["2024-02-29", "2024-02-29T10:00:00.000000+00:00", "[2,2]", '["[2,2]"]', null],
      ],
    },
  }),
  media: [{ contentType: "text/plain", name: "gone.txt", bytes: null }],
};

const TOLD: readonly (readonly [column: string, words: string])[] = [
  ["day", "1 value does not fit its column's type (row [2,2])"],
  ["at", "1 value does not fit its column's type (row [2,3])"],
  ["one", "1 link leads to another table than its column's (row [2,4])"],
  ["many", "1 value does not fit its column's type (row [2,5])"],
  ["file", "1 file has no bytes in the backup (row [2,6])"],
];

for (const output of ["plain.sqlite", "dump.sql"]) {
  Deno.test(`values that a database has no type for are left out of ${output} one by one, and named by column and row`, async () => {
    using dir = tempDir();
    const { code, err } = await exported(dir, ODD, output);
    assert.equal(code, 3);
    for (const [column, words] of TOLD) assert.ok(err.includes(`Column '${column}' of table 't': ${words}\n`), err);
    if (output === "dump.sql") return;
    assert.deepEqual(rows(dir, "SELECT day, at, one, many FROM t"), [
      [null, null, null, null],
      [null, null, null, null],
      [null, null, null, null],
      [null, null, null, "[2]"],
      [null, null, null, null],
      ["2024-02-29", "2024-02-29 10:00:00.000", 2, "[2]"],
    ]);
    assert.deepEqual(rows(dir, 'SELECT * FROM "t__many"'), [[5, 0, 2], [7, 0, 2]]);
  });
}

Deno.test("what is behind a NUL in a file's texts and names is in no dump: SQLite reads up to it, and 'verify' says so", async () => {
  using dir = tempDir();
  const app: ArchiveContent = {
    ...smallApp({ t: { columns: { text: "string", file: "media" }, rows: [["seen\0hidden", 1n]] } }),
    media: [{ contentType: "text/plain", name: "seen.txt\0hidden", bytes: new TextEncoder().encode("hello") }],
  };
  assert.equal((await exported(dir, app, "app.sql")).code, 0);
  const dump = Deno.readTextFileSync(dir.file("app.sql"));
  assert.match(dump, /\tseen\.txt\ttext\/plain\t5\t/);
  assert.doesNotMatch(dump, /\0|hidden/);
  const { code, out, err } = await runHere(["verify", dir.file("app.sqlite")]);
  assert.equal(code, 4, out + err);
});
