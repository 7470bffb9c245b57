/** Exports as pandas, DuckDB, openpyxl and Datasette read them: the right types and sums, without settings. */
import assert from "node:assert/strict";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { oddApp } from "../../fixtures/apps/odd_app.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { python } from "./programs.ts";

const ROWS = 3_000;

const SALES = smallApp({
  sales: {
    columns: { n: "number", f: "number", b: "bool", d: "date", at: "datetime", s: "string", o: "simpleObject" },
    rows: Array.from({ length: ROWS }, (_, i) => [
      BigInt(i) * 1_000_000_007n,
      i + 0.25,
      i % 3 === 0 ? 1n : 0n,
      `20${String(10 + i % 15)}-02-28`,
      `2024-03-04T${String(i % 24).padStart(2, "0")}:06:07.000008+01:30`,
      `row ${i}, "quoted"\nand 漢字`,
      `{"i":${i},"x":1.0}`,
    ]),
  },
});

const SUMS = {
  rows: ROWS,
  n: 1_000_000_007 * (ROWS * (ROWS - 1) / 2),
  f: ROWS * (ROWS - 1) / 2 + ROWS * 0.25,
  b: ROWS / 3,
  d: "2024-02-28",
  at: "2024-03-03T22:36:07.000008+00:00",
  s: Array.from({ length: ROWS }, (_, i) => [...`row ${i}, "quoted"\nand 漢字`].length).reduce((a, b) => a + b),
  o: ROWS * (ROWS - 1) / 2,
};

/** Types by program and format: `n f b d at`. */
const TYPES: Readonly<Record<string, string>> = {
  "duckdb csv": "BIGINT DOUBLE BOOLEAN DATE TIMESTAMP WITH TIME ZONE",
  "duckdb jsonl": "BIGINT DOUBLE BOOLEAN DATE",
  "duckdb parquet": "BIGINT DOUBLE BOOLEAN DATE TIMESTAMP WITH TIME ZONE",
  "duckdb sqlite": "BIGINT DOUBLE BIGINT DATE TIMESTAMP",
  "pandas csv": "int64 float64 bool",
  "pandas jsonl": "int64 float64 bool",
  "pandas parquet": "int64 float64 bool object datetime64[us, UTC]",
  "pandas sqlite": "int64 float64 int64",
};

type Seen = Readonly<
  Record<string, { readonly types: Record<string, string>; readonly sums: Record<string, unknown> }>
>;

Deno.test("pandas and DuckDB read CSV, JSON lines, Parquet and the plain file: types and sums, without settings", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SALES);
  for (const name of ["sales.csv", "sales.jsonl", "sales.parquet", "plain.sqlite"]) {
    const { code, err } = await runHere(["export", dir.file("app.sqlite"), "-q", "-o", dir.file(name)]);
    assert.equal(code, 0, err);
  }
  const seen = await python("read_tables.py", dir.path) as Seen;
  for (const [how, { types, sums }] of Object.entries(seen)) {
    // The plain file has milliseconds, and the original beside them.
    const at = /sqlite$/.test(how) ? "2024-03-03T22:36:07+00:00" : SUMS.at;
    assert.deepEqual(sums, { ...SUMS, at }, how);
    const wanted = TYPES[how];
    if (wanted === undefined) continue;
    const names = ["n", "f", "b", "d", "at"].slice(0, wanted.startsWith("pandas") ? 3 : 5);
    assert.ok(names.map((name) => types[name]).join(" ").startsWith(wanted), `${how}: ${JSON.stringify(types)}`);
  }
  assert.equal(Object.keys(seen).length, 9);
});

Deno.test("openpyxl reads each cell of a workbook as it was", async () => {
  using dir = tempDir();
  const app = oddApp();
  await putArchive(dir.file("app.sqlite"), app);
  assert.equal((await runHere(["export", dir.file("app.sqlite"), "-q", "-o", dir.file("odd.xlsx")])).code, 3);
  const book = await python("read_workbook.py", dir.file("odd.xlsx")) as Record<
    string,
    readonly (readonly unknown[])[]
  >;
  assert.deepEqual(Object.keys(book), [
    "all_types",
    "select",
    "Users",
    "users_2",
    "no_columns",
    "odd_names",
    "cycle",
    "empty",
    "About this file",
  ]);
  const [headings, ...rows] = book["all_types"] ?? [];
  assert.deepEqual(headings?.slice(0, 6), ["_anvil_row_id", "text", "number", "flag", "day", "moment (UTC)"]);
  const texts = (app.rows.get("all_types") ?? []).map(({ cells: [text] }) => text);
  assert.deepEqual(rows.slice(0, 8).map((row) => row[1]), texts.slice(0, 8));
  assert.deepEqual(rows.slice(0, 6).map((row) => row[2]), [1, 1, -5, 0.1, "9007199254740993", "9223372036854775807"]);
  assert.deepEqual(rows.slice(0, 3).map((row) => row[3]), [false, true, null]);
  assert.deepEqual(rows.slice(0, 4).map((row) => row[4]), [
    "0001-01-01",
    "9999-12-31T00:00:00.000",
    "2024-02-29T00:00:00.000",
    null,
  ]);
  assert.equal(rows[0]?.[5], "2024-03-04T03:36:07.000");
  assert.equal(rows[0]?.[8], "b");
});

Deno.test("Datasette opens an archive and a plain file: tables, rows, labels of links, media", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), sampleApp());
  await runHere(["export", dir.file("app.sqlite"), "-q", "-o", dir.file("plain.sqlite")]);
  const pages = await python(
    "read_datasette.py",
    dir.path,
    "/plain/books.json?_shape=array&_labels=on",
    "/plain/media.json?_shape=array&_nocol=bytes",
    "/plain/media",
    "/plain/orders",
    "/app/orders.json?_shape=array&_size=max",
    "/app/_anvil_media.json?_shape=array&_nocol=bytes",
  ) as readonly string[];
  const [booksPage = "", mediaRows = "", mediaPage = "", ordersPage = "", archived = "", archivedMedia = ""] = pages;
  const books = JSON.parse(booksPage);
  assert.equal(books.length, 11);
  assert.deepEqual([books[1].sequel_of_label, books[0].year], ["Sense and Sensibility", 1811]);
  const media = JSON.parse(mediaRows);
  assert.deepEqual([media.length, media[0].name], [11, "Sense and Sensibility.png"]);
  assert.match(mediaPage, /Sense and Sensibility\.png/);
  assert.match(ordersPage, /reader0@example\.com/);
  const orders = JSON.parse(archived);
  assert.equal(orders.length, 150);
  assert.equal(JSON.parse(archivedMedia)[0].name, "Sense and Sensibility.png");
});
