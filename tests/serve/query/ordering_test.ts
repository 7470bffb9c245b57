/** The order in which a search gives its rows, as PostgreSQL has it, page by page. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { q, served } from "../../fixtures/serving/serve_client.ts";

/** Row ids 1 to 3 are targets; the others hold each kind of cell, None in the first. */
const app = (cells: Readonly<Record<string, readonly Cell[]>>, columns: Readonly<Record<string, string>>) => {
  const count = Math.max(...Object.values(cells).map((values) => values.length));
  return smallApp({
    targets: { columns: { name: "string" }, rows: [["a"], ["b"], ["c"]] },
    things: {
      columns: { n: "number", ...columns },
      rows: Array.from({ length: count }, (_, i) => [
        BigInt(i),
        ...Object.keys(columns).map((name) => cells[name]?.[i] ?? null),
      ]),
    },
  });
};

const KINDS: Readonly<Record<string, readonly [type: string, sorted: readonly Cell[]]>> = {
  text: ["string", ["", "A", "a", "b", "é", "😀"]],
  number: ["number", [-5n, 0.5, 1n, 9_007_199_254_740_993n, `1${"0".repeat(30)}`]],
  flag: ["bool", [0n, 1n]],
  day: ["date", ["0001-01-01", "2024-02-29", "9999-12-31"]],
  moment: ["datetime", [
    "0001-01-01T00:00:00.000000+00:00",
    // The same moment twice: then by offset, as text.
    "2024-01-01T13:00:00.000000+01:00",
    "2024-01-01T12:00:00.000001+00:00",
    "2024-01-01T11:00:00.000001-01:00",
  ]],
};

for (const storage of STORAGE_STYLES) {
  for (const [name, [type, sorted]] of Object.entries(KINDS)) {
    Deno.test(`${storage}: rows are ordered by a ${type}, None first going up and last going down`, async () => {
      const cells = [null, ...sorted];
      // Stored in another order than the right one.
      const shuffled = [...cells.keys()].sort((a, b) => (a * 7 % 5) - (b * 7 % 5) || b - a);
      const content = app({ [name]: shuffled.map((i) => cells[i] ?? null) }, { [name]: type });
      await using serving = await served({ storage }, content);
      const table = await serving.client.table("things");
      const placeOf = (n: unknown) => shuffled[Number(n)];
      for (const size of [1, 2, 100]) {
        const up = await serving.client.column(table, "n", [q.order_by(name), q.page_size(size)]);
        assert.deepEqual(up.map(placeOf), [...cells.keys()], `pages of ${size}, going up`);
        const down = await serving.client.column(table, "n", [q.order_by(name, false), q.page_size(size)]);
        assert.deepEqual(down.map(placeOf), [...cells.keys()].reverse(), `pages of ${size}, going down`);
      }
    });
  }
}

Deno.test("rows are ordered by several columns, those that are equal by row id, over pages that end among equals", async () => {
  const content = app({ text: ["b", "a", "b", "a", "b"], flag: [1n, 1n, 0n, 0n, 0n] }, {
    text: "string",
    flag: "bool",
  });
  await using serving = await served({}, content);
  const table = await serving.client.table("things");
  const order = [q.order_by("text", false), q.order_by("flag")];
  assert.deepEqual(await serving.client.column(table, "n", [...order, q.page_size(2)]), [2, 4, 0, 3, 1]);
});

Deno.test("classic: links are ordered by the text of their row ids; split: by the rows' numbers", async () => {
  const links = { one: ["[1,9]", "[1,10]", null, "[1,2]"] };
  const rows = Array.from({ length: 10 }, (_, i) => [`${i}`]);
  const content = smallApp({
    targets: { columns: { name: "string" }, rows },
    things: {
      columns: { n: "number", one: "link_single targets" },
      rows: links.one.map((link, i) => [BigInt(i), link]),
    },
  });
  for (const [storage, up] of [["classic", [2, 1, 3, 0]], ["split", [2, 3, 0, 1]]] as const) {
    await using serving = await served({ storage }, content);
    const table = await serving.client.table("things");
    assert.deepEqual(await serving.client.column(table, "n", [q.order_by("one"), q.page_size(1)]), up, storage);
    assert.deepEqual(await serving.client.column(table, "n", [q.order_by("one", false)]), up.toReversed(), storage);
  }
});

Deno.test("rows are ordered by simple objects as jsonb is: empty lists, None, texts, numbers, booleans, lists, objects", async () => {
  const sorted = [
    "[]",
    null,
    `""`,
    `"a"`,
    "-1",
    "1",
    "2.5",
    "false",
    "true",
    "[9]",
    "[1,2]",
    "{}",
    `{"aa":1}`,
    `{"b":1}`,
    `{"a":1,"b":2}`,
  ];
  const content = app({ so: sorted.toReversed() }, { so: "simpleObject" });
  const expected = sorted.map((_, i) => sorted.length - 1 - i);
  await using classic = await served({}, content);
  const table = await classic.client.table("things");
  for (const size of [1, 4, 100]) {
    const found = await classic.client.column(table, "n", [q.order_by("so"), q.page_size(size)]);
    assert.deepEqual(found, expected, `pages of ${size}`);
  }
  // Where it is a column of its own, None comes before every value.
  await using split = await served({ storage: "split" }, content);
  const splitTable = await split.client.table("things");
  const [empty = 0, none = 0, ...rest] = expected;
  assert.deepEqual(await split.client.column(splitTable, "n", [q.order_by("so")]), [none, empty, ...rest]);
});

Deno.test("classic: lists of links have an order, by length first; split: they are not a column", async () => {
  const many = [`["[1,1]","[1,2]"]`, `["[1,3]"]`, "[]", null];
  const content = app({ many }, { many: "link_multiple targets" });
  await using classic = await served({}, content);
  const table = await classic.client.table("things");
  assert.deepEqual(await classic.client.column(table, "n", [q.order_by("many")]), [2, 3, 1, 0]);
  await using split = await served({ storage: "split" }, content);
  const failure = await split.client.failure("table.search", [
    await split.client.table("things"),
    [q.order_by("many")],
    {},
  ]);
  assert.equal(failure.type, "anvil.tables.TableError");
  assert.match(failure.message, /^Internal database error: ERROR: column .* does not exist$/);
});

Deno.test("media have an order: classic by their ids, split by type and name", async () => {
  const content = {
    ...app({ file: [3n, 1n, null, 2n] }, { file: "media" }),
    media: [["b/b", "x"], ["a/a", "y"], ["a/a", "x"]].map(([contentType = "", name = ""]) => ({
      contentType,
      name,
      bytes: new Uint8Array([1]),
    })),
  };
  for (const [storage, up] of [["classic", [2, 1, 3, 0]], ["split", [2, 0, 3, 1]]] as const) {
    await using serving = await served({ storage }, content);
    const table = await serving.client.table("things");
    for (const size of [1, 100]) {
      const found = await serving.client.column(table, "n", [q.order_by("file"), q.page_size(size)]);
      assert.deepEqual(found, up, `${storage}, pages of ${size}`);
    }
  }
});

Deno.test("a column to order by that there is not is NoSuchColumnError, in a search and in a sealed one", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  const failure = await client.failure("table.search", [table, [q.order_by("nothing")], {}]);
  assert.deepEqual(failure, { type: "anvil.tables.NoSuchColumnError", message: "No such column 'nothing'" });
  const order = [{ column_name: "nothing", ascending: true }];
  const search = table.narrowed({ search: null, fetch: null, order, chunk: null });
  assert.equal((await client.failure("search.next_page", [search])).type, "anvil.tables.NoSuchColumnError");
});

Deno.test("columns that a page is ordered by come with it, also where they were not asked for", async () => {
  await using serving = await served();
  const table = await serving.client.table("people");
  const page = await serving.client.search(table, [q.order_by("name"), q.fetch_only({ company: {} })]);
  assert.equal(page.rows[0]?.cells["name"], "P0");
});

Deno.test("a cursor that does not fit its order is refused", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("numbers");
  const order = [{ column_name: "i", ascending: true }];
  const at = (cursor: string, by: typeof order | null = order) =>
    client.failure("search.next_page", [table.narrowed({ search: null, fetch: null, order: by, chunk: 2 }, cursor)]);
  for (const cursor of ["nonsense", "[1]", `["x",1]`, `[1,"x"]`, "{}", "[1,-1]", "[1,2,3]"]) {
    assert.equal((await at(cursor)).type, "anvil.server.InternalError", cursor);
  }
  assert.equal((await at("[]", null)).type, "anvil.server.InternalError");
});
