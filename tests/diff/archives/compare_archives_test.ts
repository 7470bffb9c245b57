/** Two archives compared: each way in which tables, rows and cells can differ. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import type { WritableRow } from "../../../lib/archive/rows/row_writer.ts";
import type { ArchiveDifference } from "../../../lib/diff/archives/compare_archives.ts";
import { differenceJson } from "../../../lib/diff/archives/difference_json.ts";
import { changedCellText, rowText } from "../../../lib/diff/archives/difference_text.ts";
import type { ReturnedRows } from "../../../lib/id_map/read_id_map.ts";
import { stringifyExact } from "../../../lib/json/exact_json.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { differences } from "../../fixtures/files/compared_content.ts";
import { app, column, link, links, table } from "../../schema/builders.ts";

/** Differences in short words. */
function told(list: readonly ArchiveDifference[]): readonly string[] {
  return list.map((one) => {
    if (one.kind === "table") return `${one.table}: ~${one.changed} +${one.added} -${one.deleted} >${one.returned}`;
    if (one.kind !== "row") return one.message;
    const cells = one.cells.map((cell) => changedCellText(cell, one.change, (name) => name)).join("; ");
    return `${one.change} ${rowText(one)}${one.newRow === null ? "" : ` as ${one.newRow}`}: ${cells}`;
  });
}

const SCHEMA = app(
  table("authors", [column("name"), column("password_hash")], { id: 1 }),
  table("books", [
    column("title"),
    column("price", "number"),
    link("author", "authors"),
    links("more", "authors"),
    column("cover", "media"),
    column("facts", "simpleObject"),
  ], { id: 2 }),
);

type Rows = Readonly<Record<string, readonly (readonly [id: number, ...cells: readonly Cell[]])[]>>;

function content(rows: Rows, more: Partial<ArchiveContent> = {}): ArchiveContent {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    schema: SCHEMA,
    media: [
      { name: "a.png", contentType: "image/png", bytes: bytes("one") },
      { name: "a.png", contentType: "image/png", bytes: bytes("two") },
      { name: "a.png", contentType: "image/png", bytes: null },
    ],
    provenance: [["app_id", "SHOP"]],
    ...more,
    rows: new Map(
      Object.entries(rows).map(([name, list]) =>
        [name, list.map(([id, ...cells]): WritableRow => ({ id: String(id), cells }))] as const
      ),
    ),
  };
}

const EMMA: readonly Cell[] = ["Emma", 1n, "[1,1]", '["[1,1]"]', 1n, '{"pages":1}'];
const AUTHORS: Rows = { authors: [[1, "Jane", "x"], [2, "Ann", "y"]] };

Deno.test("each kind of change to a row is told with its old and new cells, and counted for its table", async () => {
  const a = content({ ...AUTHORS, books: [[5, ...EMMA], [6, "Gone", null, null, null, null, null], [7, ...EMMA]] });
  const b = content({
    ...AUTHORS,
    books: [[5, "Emma", 1, "[1,2]", "[]", 2n, '{"pages":2}'], [7, ...EMMA], [8, "New", 2.5, null, null, null, null]],
  });
  assert.deepEqual(told(await differences(a, b)), [
    'changed [2,5] "Emma": price: 1 → 1.0; author: [1,1] → [1,2]; more: [1,1] → no links; ' +
    'cover: "a.png" (image/png), its bytes 7692c3ad3540 → 3fc4ccfe7458; facts: {"pages":1} → {"pages":2}',
    'deleted [2,6] "Gone": title: "Gone"',
    'added [2,8] "New": title: "New"; price: 2.5',
    "books: ~1 +1 -1 >0",
  ]);
});

Deno.test("what says the same is no change: an object spelled otherwise, a medium whose bytes one side has not", async () => {
  const a = content({ books: [[5, "Emma", 1n, null, null, 1n, '{"a":1,"b":2}']] });
  const b = content({ books: [[5, "Emma", 1n, null, null, 3n, '{"b":2,"a":1}']] });
  assert.deepEqual(await differences(a, b), []);
});

Deno.test("values of secret columns are never told, nor given to programs", async () => {
  const list = await differences(
    content({ authors: [[1, "Jane", "old"]] }),
    content({ authors: [[1, "Jane", "new"]] }),
  );
  assert.deepEqual(told(list), ['changed [1,1] "Jane": password_hash: (hidden), differs', "authors: ~1 +0 -0 >0"]);
  assert.doesNotMatch(JSON.stringify(list.map(differenceJson)), /old"|"new"/);
});

Deno.test("a cell whose value is not in one of the files is not compared", async () => {
  const warnings = [{ code: "absent-cell", table: "books", column: "price", row: "[2,5]", message: "" }];
  const a = content({ books: [[5, "Emma", null, null, null, null, null]] }, { warnings });
  assert.deepEqual(await differences(a, content({ books: [[5, "Emma", 3n, null, null, null, null]] })), []);
});

Deno.test("tables and columns are the same by Anvil's id where both are of one app, else by name", async () => {
  const renamed = app(
    table("writers", [column("name", "string", { id: "c1" }), column("born", "date")], { id: 1 }),
    table("books", [], { id: 9 }),
  );
  const before = app(
    table("authors", [column("full_name", "string", { id: "c1" }), column("age", "number")], { id: 1 }),
    table("books", [], { id: 2 }),
    table("old", [], { id: 3 }),
  );
  const a = content({ authors: [[1, "Jane", 41n]] }, { schema: before });
  const b = content({ writers: [[1, "Jane A.", null]] }, { schema: renamed });
  const changes = [
    "Table 'authors' is called 'writers' now",
    "Column 'name' of table 'writers' was called 'full_name'",
    "Column 'age' of table 'writers' is gone",
    "Column 'born' of table 'writers' is new",
    "Table 'old' is gone",
  ];
  assert.deepEqual(told(await differences(a, b)), [
    ...changes,
    'changed [1,1] "Jane A.": name: "Jane" → "Jane A."',
    "writers: ~1 +0 -0 >0",
  ]);
  const other = content({ writers: [[1, "Jane A.", null]] }, { schema: renamed, provenance: [["app_id", "OTHER"]] });
  assert.deepEqual(told(await differences(a, other)).slice(0, 3), [
    "Table 'authors' is gone",
    "Table 'old' is gone",
    "Table 'writers' is new",
  ]);
});

Deno.test("a column whose kind changed is told, and its cells are not compared", async () => {
  const text = app(table("t", [column("x"), column("y")], { id: 1 }));
  const number = app(table("t", [column("x", "number"), column("y")], { id: 1 }));
  const a = content({ t: [[1, "1", "same"]] }, { schema: text });
  const b = content({ t: [[1, 1n, "same"]] }, { schema: number });
  assert.deepEqual(told(await differences(a, b)), ["Column 'x' of table 't' was string, and is number now"]);
});

Deno.test("only the tables that are wanted are compared", async () => {
  const a = content({ ...AUTHORS, books: [[5, ...EMMA]] });
  const b = content({ authors: [], books: [] });
  assert.deepEqual(told(await differences(a, b, { tables: ["authors"] })).at(-1), "authors: ~0 +0 -2 >0");
});

/** An id map of one app: row 5 of books came back as 9. */
const BACK: ReturnedRows = { appId: "SHOP", tables: [{ table: 2, liveTable: 2, rows: new Map([["5", "9"]]) }] };

Deno.test("a row that came back under a new id is compared with what it was, and links to it are the same", async () => {
  const schema = app(table("books", [column("title"), link("next", "books")], { id: 2 }));
  const a = content({ books: [[5, "Emma", null], [6, "Six", "[2,5]"]] }, { schema });
  const b = content({ books: [[6, "Six", "[2,9]"], [9, "Emma!", null]] }, { schema });
  assert.deepEqual(told(await differences(a, b, { returned: [BACK] })), [
    'returned [2,5] "Emma!" as [2,9]: title: "Emma" → "Emma!"',
    "books: ~0 +0 -0 >1",
  ]);
  assert.equal(told(await differences(a, b)).length, 4, "without the id map: deleted, added, and a link that changed");
});

Deno.test("an id map is believed only where the files bear it out", async () => {
  const schema = app(table("books", [column("title")], { id: 2 }));
  const rows = (...ids: readonly number[]) => content({ books: ids.map((id) => [id, `n${id}`] as const) }, { schema });
  const counts = async (a: ArchiveContent, b: ArchiveContent) =>
    told(await differences(a, b, { returned: [BACK] })).at(-1);
  assert.equal(await counts(rows(5, 9), rows(9)), "books: ~0 +0 -1 >0", "the new row was there before");
  assert.equal(await counts(rows(5), rows(5, 9)), "books: ~0 +1 -0 >0", "the old row is still there");
  assert.equal(await counts(rows(5), rows()), "books: ~0 +0 -1 >0", "the new row is gone again");
  assert.equal(await counts(rows(9), rows(9)), undefined, "both are of after the restore");
});

Deno.test("a row that came back twice is the one that is there now", async () => {
  const schema = app(table("books", [column("title")], { id: 2 }));
  const again: ReturnedRows = { appId: "SHOP", tables: [{ table: 2, liveTable: 2, rows: new Map([["9", "12"]]) }] };
  const [a, b] = [[5, "Emma"], [12, "Emma"]].map(([id, title]) =>
    content({ books: [[Number(id), String(title)]] }, { schema })
  );
  const list = await differences(a ?? content({}), b ?? content({}), { returned: [BACK, again] });
  assert.equal(told(list)[0], 'returned [2,5] "Emma" as [2,12]: ');
});

Deno.test("JSON has every digit of a number, and an object as itself", async () => {
  const a = content({ books: [[5, "Emma", "123456789012345678901234567890", null, null, null, '{"n":1.0}']] });
  const b = content({ books: [[5, "Emma", 1, null, null, null, null]] });
  const [row] = (await differences(a, b)).map((one) => stringifyExact(differenceJson(one)));
  assert.equal(
    row,
    '{"kind":"row","change":"changed","table":"books","row":"[2,5]","new_row":null,"label":"Emma","cells":[' +
      '{"column":"price","old":123456789012345678901234567890,"new":1.0},{"column":"facts","old":{"n":1.0},"new":null}]}',
  );
});
