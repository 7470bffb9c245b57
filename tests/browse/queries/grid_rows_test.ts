/** Pages of a table: whatever its order and filters, one page after the other shows each row once, and back again. */
import assert from "node:assert/strict";
import { fc } from "../../deps.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import type { GridView } from "../../../lib/browse/address/grid_view.ts";
import { type GridPage, readGridPage } from "../../../lib/browse/queries/grid_rows.ts";
import { NightFile } from "../../../lib/browse/queries/night_file.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

const COLUMNS = { text: "string", number: "number", flag: "bool", day: "date", time: "datetime" } as const;
const PLACES = { text: 0, number: 1, flag: 2, day: 3, time: 4 } as const;

const PLAIN: GridView = { sort: null, filters: [], cursor: null, firstColumn: 0, secrets: false };

/** The table of some rows, open. */
async function openTable(rows: readonly (readonly Cell[])[]) {
  const dir = tempDir();
  const path = dir.file("app.sqlite");
  await putArchive(path, smallApp({ things: { columns: COLUMNS, rows } }));
  const archive = await openArchive(path);
  const file = new NightFile(archive);
  const [table] = file.tables;
  if (table === undefined) throw new Error("No table");
  return {
    page: (view: Partial<GridView> = {}): GridPage => readGridPage(file, table, { ...PLAIN, ...view }),
    [Symbol.dispose]: () => {
      archive[Symbol.dispose]();
      dir[Symbol.dispose]();
    },
  };
}

type Table = Awaited<ReturnType<typeof openTable>>;

/** Row ids of all pages, by the links to the next ones; and of the pages back from the last. */
function walk(table: Table, view: Partial<GridView>) {
  const there: string[][] = [];
  let last: GridPage;
  let after: string | null = null;
  do {
    last = table.page({ ...view, cursor: after === null ? null : { side: "after", rowid: after } });
    there.push(last.rows.map(({ row }) => row));
    after = last.after;
  } while (after !== null);
  const back: string[][] = [];
  for (let before = last.before; before !== null;) {
    const page = table.page({ ...view, cursor: { side: "before", rowid: before } });
    back.unshift(page.rows.map(({ row }) => row));
    before = page.before;
  }
  return { there: there.flat(), back: back.flat(), lastPage: there.at(-1) ?? [] };
}

const instant = (ms: number, offset: number) => {
  const local = new Date(ms + offset * 60_000).toISOString();
  const sign = offset < 0 ? "-" : "+";
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `${local.slice(0, 23)}${String(ms % 7).padStart(3, "0")}${sign}${two(offset / 60)}:${two(offset % 60)}`;
};

const anyRow = fc.tuple(
  fc.option(fc.constantFrom("a", "B", "b", "", "é", "z".repeat(90))),
  fc.option(fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(0.5, -0.5, 2.5, 1e300))),
  fc.option(fc.constantFrom(0n, 1n)),
  fc.option(fc.constantFrom("2026-11-01", "2026-11-02", "1999-01-01")),
  fc.option(
    fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(0, 90, -480)).map(([ms, o]) => instant(ms, o)),
  ),
);

Deno.test("pages show each row once, in order, forwards and backwards, whatever a table is sorted by", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { minLength: 40, maxLength: 130 }),
      fc.constantFrom(...Object.values(PLACES)),
      fc.boolean(),
      async (rows, column, descending) => {
        using table = await openTable(rows);
        const { there, back, lastPage } = walk(table, { sort: { column, descending } });
        const all = rows.map((_, at) => String(at + 1));
        assert.deepEqual([...there].sort(), all.toSorted());
        assert.deepEqual([...back, ...lastPage], there);
        assertInOrder(there.map((row) => rows[Number(row) - 1]?.[column] ?? null), column, descending);
      },
    ),
    { numRuns: timesAsked(10) },
  );
});

/** Values in their order, those that are missing last. */
function assertInOrder(values: readonly Cell[], column: number, descending: boolean): void {
  const missing = values.indexOf(null);
  const given = missing === -1 ? values : values.slice(0, missing);
  assert.ok(values.slice(given.length).every((value) => value === null), "rows without a value come last");
  const keys = given.map((value) => {
    if (column === PLACES.text) return String(value).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (column === PLACES.time) {
      return Date.parse(String(value).replace(/\d{3}(?=[+-]\d\d:)/, "")) * 1e3 + micros(String(value));
    }
    return column === PLACES.day ? String(value) : Number(value);
  });
  const sorted = keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
  assert.deepEqual(keys, sorted);
}

const micros = (text: string) => Number(text.slice(23, 26));

Deno.test("filters find what they say: parts of a text, numbers and times in a range, what is empty", async () => {
  using table = await openTable([
    ["100% wool", 5n, 1n, "2026-11-01", "2026-11-01T10:00:00.000000+00:00"],
    ["1000 wool_", 5.5, 0n, "2026-11-30", "2026-11-30T23:59:59.999999+00:00"],
    ["ÉMILE", -1n, null, "2025-01-01", null],
    [null, null, null, null, null],
  ]);
  const found = (column: keyof typeof COLUMNS, op: GridView["filters"][number]["op"], value = "") =>
    table.page({ filters: [{ column: PLACES[column], op, value }] }).rows.map(({ row }) => row);
  assert.deepEqual(found("text", "has", "0% w"), ["1"]);
  assert.deepEqual(found("text", "has", "l_"), ["2"], "an underscore stands for itself");
  assert.deepEqual(found("text", "has", "WOOL"), ["1", "2"]);
  assert.deepEqual(found("text", "has", "émile"), ["3"]);
  assert.deepEqual(found("text", "is", "ÉMILE"), ["3"]);
  assert.deepEqual(found("text", "empty"), ["4"]);
  assert.deepEqual(found("number", "from", "5"), ["1", "2"]);
  assert.deepEqual(found("number", "until", "5"), ["1", "3"]);
  assert.deepEqual(found("number", "is", "5.5"), ["2"]);
  assert.deepEqual(found("flag", "yes"), ["1"]);
  assert.deepEqual(found("flag", "no"), ["2"]);
  assert.deepEqual(found("day", "is", "2026-11"), ["1", "2"]);
  assert.deepEqual(found("day", "until", "2026"), ["1", "2", "3"]);
  assert.deepEqual(found("time", "from", "2026-11-10"), ["2"]);
  assert.deepEqual(found("time", "full"), ["1", "2"]);
});

Deno.test("a filter that says nothing is told, and shows all rows", async () => {
  using table = await openTable([["a", 1n, 0n, "2026-11-01", null]]);
  const page = table.page({
    filters: [{ column: PLACES.number, op: "is", value: "many" }, { column: PLACES.day, op: "from", value: "2026-13" }],
  });
  assert.equal(page.rows.length, 1);
  assert.deepEqual(page.problems, [
    "Column 'number': 'many' is not a number",
    "Column 'day': '2026-13' is not a date such as 2026-11-28 or 2026-11",
  ]);
});

Deno.test("the order of a large table is that of a small one: the bound passes over no row of a page", async () => {
  const rows = Array.from({ length: 21_000 }, (_, at): readonly Cell[] => [
    at % 5 === 0 ? null : `text ${at * 7919 % 21_000}`,
    at % 7 === 0 ? null : BigInt(at),
    1n,
    "2026-11-01",
    at % 11 === 0 ? null : instant(at * 104_729 % 90_000_000, [0, 90, -480][at % 3] ?? 0),
  ]);
  using table = await openTable(rows);
  for (const column of [PLACES.text, PLACES.number, PLACES.time]) {
    for (const descending of [false, true]) {
      const sort = { column, descending };
      let page = table.page({ sort });
      const shown = page.rows.map(({ row }) => row);
      for (let n = 0; n < 3 && page.after !== null; n++) {
        page = table.page({ sort, cursor: { side: "after", rowid: page.after } });
        shown.push(...page.rows.map(({ row }) => row));
      }
      const values = (ids: readonly string[]) => ids.map((row) => rows[Number(row) - 1]?.[column] ?? null);
      assertInOrder(values(shown), column, descending);
      const given = rows.map((row, at) => ({ key: sortKey(row[column] ?? null, column), row: String(at + 1) }))
        .filter(({ key }) => key !== null)
        .sort((a, b) =>
          ((a.key ?? 0) < (b.key ?? 0) ? -1 : (a.key ?? 0) > (b.key ?? 0) ? 1 : Number(a.row) - Number(b.row)) *
          (descending ? -1 : 1)
        );
      assert.deepEqual(shown, given.slice(0, shown.length).map(({ row }) => row));
      const back = table.page({ sort, cursor: { side: "before", rowid: shown.at(-1) ?? "" } });
      assert.deepEqual(back.rows.map(({ row }) => row), shown.slice(-back.rows.length - 1, -1));
    }
  }
});

function sortKey(value: Cell, column: number): string | number | null {
  if (value === null) return null;
  if (column === PLACES.time) {
    return Date.parse(String(value).replace(/\d{3}(?=[+-]\d\d:)/, "")) * 1e3 + micros(String(value));
  }
  return column === PLACES.text ? String(value).toLowerCase() : Number(value);
}
