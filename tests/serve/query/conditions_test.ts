/** What a search finds, by every operator and kind of column, as PostgreSQL compares. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import {
  Cap,
  date,
  datetime,
  float,
  long,
  q,
  ref,
  type ServeClient,
  served,
} from "../../fixtures/serving/serve_client.ts";

/** Serves a table `things` with one column `x`, and gives what finds rows by their numbers, from 0. */
async function things(storage: "classic" | "split", type: string, cells: readonly Cell[]) {
  const serving = await served(
    { storage },
    smallApp({
      targets: { columns: { name: "string" }, rows: [["a"], ["b"], ["c"]] },
      things: { columns: { n: "number", x: type }, rows: cells.map((cell, i) => [BigInt(i), cell]) },
    }),
  );
  const { client } = serving;
  const table = await client.table("things");
  return {
    client,
    table,
    target: (row: number) => client.table("targets").then((targets) => ref(targets.row(row))),
    found: (x: unknown) => client.column(table, "n", [], { x }),
    failure: (x: unknown) => client.failure("table.search", [table, [], { x }]),
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: texts are found by equality, order and pattern, and None by none of those`, async () => {
    await using at = await things(storage, "string", ["a", "A", "b", "a%", "é", "É", null, "line\nbreak"]);
    assert.deepEqual(await at.found("a"), [0]);
    assert.deepEqual(await at.found(null), [6]);
    assert.deepEqual(await at.found(q.equal_to("A")), [1]);
    assert.deepEqual(await at.found(q.greater_than("a")), [2, 3, 4, 5, 7]);
    assert.deepEqual(await at.found(q.less_than_or_equal_to("a")), [0, 1]);
    assert.deepEqual(await at.found(q.like("a%")), [0, 3]);
    assert.deepEqual(await at.found(q.like("a\\%")), [3]);
    assert.deepEqual(await at.found(q.like("_")), [0, 1, 2, 4, 5]);
    assert.deepEqual(await at.found(q.like("[a]*?")), []);
    assert.deepEqual(await at.found(q.ilike("A")), [0, 1]);
    assert.deepEqual(await at.found(q.ilike("é")), [4, 5]);
    assert.deepEqual(await at.found(q.ilike("É%")), [4, 5]);
    assert.deepEqual(await at.found(q.like("line%k")), [7]);
  });

  Deno.test(`${storage}: a negation leaves out rows that it knows nothing of`, async () => {
    await using at = await things(storage, "number", [1n, 2n, null]);
    assert.deepEqual(await at.found(q.none_of(q.greater_than(1))), [0], "NULL is not greater, nor is it not greater");
    assert.deepEqual(await at.found(q.none_of(1)), [1, 2], "equality is never NULL");
    assert.deepEqual(await at.client.column(at.table, "n", [q.none_of({ x: 1 })]), [1, 2]);
    assert.deepEqual(await at.client.column(at.table, "n", [q.none_of()]), [0, 1, 2]);
    assert.deepEqual(await at.client.column(at.table, "n", [q.any_of()]), []);
    assert.deepEqual(await at.client.column(at.table, "n", [q.any_of({ x: 1, n: 2 })]), [0, 2]);
    assert.deepEqual(await at.client.column(at.table, "n", [q.all_of(q.any_of({ x: 1 }), { n: 0 })]), [0]);
    assert.deepEqual(await at.found(q.any_of(1, q.greater_than(1))), [0, 1]);
    assert.deepEqual(await at.found(q.all_of(q.greater_than(0), q.less_than(2))), [0]);
  });

  Deno.test(`${storage}: bools are found by their value, and have no order`, async () => {
    await using at = await things(storage, "bool", [1n, 0n, null]);
    assert.deepEqual([await at.found(true), await at.found(false), await at.found(null)], [[0], [1], [2]]);
    for (const operator of [q.greater_than, q.less_than, q.greater_than_or_equal_to, q.less_than_or_equal_to]) {
      assert.equal((await at.failure(operator(false))).type, "anvil.tables.TableError");
    }
    assert.equal((await at.failure(0)).type, "anvil.tables.TableError");
  });

  Deno.test(`${storage}: dates and datetimes are compared with each other`, async () => {
    await using at = await things(storage, "datetime", [
      "2024-01-01T00:00:00.000000+00:00",
      "2024-01-02T03:00:00.000000+05:00",
      "2024-01-02T00:00:00.000000+00:00",
      null,
    ]);
    assert.deepEqual(await at.found(datetime("2024-01-02 03:00:00+0500")), [1]);
    assert.deepEqual(await at.found(datetime("2024-01-01 22:00:00+0000")), [], "the same moment, another offset");
    assert.deepEqual(await at.found(q.greater_than(datetime("2024-01-01 21:59:59+0000"))), [1, 2]);
    assert.deepEqual(await at.found(q.less_than(date("2024-01-02"))), [0, 1]);
    // As text the stored moment is longer than the day that it begins; as a time it is that very midnight.
    const after = await at.found(q.greater_than(date("2024-01-02")));
    assert.deepEqual(after, storage === "classic" ? [2] : []);
    assert.equal((await at.failure(q.greater_than("2024"))).type, "anvil.tables.TableError");
    assert.match((await at.failure(datetime("2024-01-02 03:00:00"))).message, /^Internal server error: /);
  });

  Deno.test(`${storage}: dates are found by equality and order`, async () => {
    await using at = await things(storage, "date", ["2024-01-01", "2024-02-29", null]);
    assert.deepEqual(await at.found(date("2024-02-29")), [1]);
    assert.deepEqual(await at.found(q.less_than(date("2024-02-29"))), [0]);
    const byMoment = q.less_than_or_equal_to(datetime("2024-01-01 10:00:00+0000"));
    if (storage === "classic") assert.deepEqual(await at.found(byMoment), [0]);
    else assert.match((await at.failure(byMoment)).message, /^Internal database error: ERROR: type "datetime"/);
    assert.equal((await at.failure("2024-01-01")).type, "anvil.tables.TableError");
  });

  Deno.test(`${storage}: single links are found by the row that they lead to`, async () => {
    await using at = await things(storage, "link_single targets", ["[1,2]", null, "[1,1]"]);
    assert.deepEqual(await at.found(await at.target(2)), [0]);
    assert.deepEqual(await at.found(null), [1]);
    assert.equal((await at.failure(ref(at.table.row(4)))).type, "anvil.tables.TableError", "a row of another table");
    assert.equal((await at.failure("[1,2]")).type, "anvil.tables.TableError");
    assert.equal((await at.failure(q.greater_than(1))).type, "anvil.tables.TableError");
  });

  Deno.test(`${storage}: media are found by None alone`, async () => {
    await using at = await things(storage, "media", [null]);
    assert.deepEqual(await at.found(null), [0]);
    assert.equal((await at.failure("x")).type, "anvil.tables.TableError");
  });

  Deno.test(`${storage}: full text search knows words, prefixes, phrases and the signs of a raw query`, async () => {
    await using at = await things(storage, "string", ["Red fish, blue fish", "one FISH", "redfish", "", null, "été"]);
    assert.deepEqual(await at.found(q.full_text_match("fish")), [0, 1]);
    assert.deepEqual(await at.found(q.full_text_match("fish blue")), [0]);
    assert.deepEqual(await at.found(q.full_text_match("Été")), [5]);
    assert.deepEqual(await at.found(q.full_text_match("  !! ")), []);
    const raw = (query: string) => at.found(q.full_text_match(query, true));
    assert.deepEqual(await raw("fish & !blue"), [1]);
    assert.deepEqual(await raw("blue | one"), [0, 1]);
    assert.deepEqual(await raw("red:*"), [0, 2]);
    assert.deepEqual(await raw("red <-> fish"), [0]);
    assert.deepEqual(await raw("fish <-> red"), []);
    assert.deepEqual(await raw("red <2> blue & (fish | one)"), [0]);
    assert.deepEqual(await raw("'red fish'"), [0]);
    assert.deepEqual(await raw("(blue | one) <-> fish"), [0, 1]);
    assert.deepEqual(await raw("red <-> (fish & !blue)"), [0]);
    assert.deepEqual(await raw("fish:A"), []);
    assert.deepEqual(await raw("!nothing"), [0, 1, 2, 3, 5]);
    assert.deepEqual(await raw(""), []);
    assert.deepEqual(await raw("'!' & fish"), [0, 1]);
    for (const wrong of ["fish blue", "fish &", "(fish", "fish)", "&", "!"]) {
      const failure = await at.failure(q.full_text_match(wrong, true));
      assert.match(failure.message, /^Internal database error: ERROR: syntax error in tsquery/, wrong);
    }
    assert.equal((await at.failure(q.full_text_match("x", "yes"))).type, "anvil.tables.TableError");
    assert.equal((await at.failure(q.full_text_match(1))).type, "anvil.tables.TableError");
  });

  Deno.test(`${storage}: what PostgreSQL's text does not hold is an error of the database`, async () => {
    await using at = await things(storage, "string", ["x"]);
    assert.match((await at.failure("a\0b")).message, /^Internal database error: ERROR: /);
    assert.match(
      (await at.failure(q.like("x\\"))).message,
      /^Internal database error: ERROR: LIKE pattern must not end/,
    );
  });

  Deno.test(`${storage}: operators of texts are refused on other columns, and values of other kinds everywhere`, async () => {
    await using at = await things(storage, "number", [1n]);
    for (
      const wrong of [
        q.like("1"),
        q.ilike("1"),
        q.full_text_match("1"),
        q.like(1),
        "1",
        true,
        float("NaN"),
        q.page_size(1),
      ]
    ) {
      assert.equal((await at.failure(wrong)).type, "anvil.tables.TableError");
    }
    assert.equal(
      (await at.failure(q.any_of(1, { n: 1 }))).type,
      "anvil.tables.TableError",
      "another column within one",
    );
    assert.equal((await at.failure(q.greater_than(null))).type, "anvil.tables.TableError");
    const { client, table } = at;
    const unknown = await client.failure("table.search", [table, [], { nothing: 1 }]);
    assert.equal(unknown.type, "anvil.tables.NoSuchColumnError");
    for (const arg of ["x", q.any_of("x"), q.like("x"), null]) {
      assert.equal((await client.failure("table.search", [table, [arg], {}])).type, "anvil.tables.TableError");
    }
  });
}

Deno.test("classic: numbers are equal exactly and ordered as doubles; split: all are doubles", async () => {
  const cells: Cell[] = [9_007_199_254_740_992n, 9_007_199_254_740_993n, 1n, 1, `1${"0".repeat(30)}`, 0.1, null];
  await using classic = await things("classic", "number", cells);
  assert.deepEqual(await classic.found(long("9007199254740993")), [1]);
  assert.deepEqual(await classic.found(q.greater_than(long("9007199254740992"))), [4]);
  assert.deepEqual(await classic.found(q.less_than_or_equal_to(1)), [2, 3, 5]);
  assert.deepEqual(await classic.found(1), [2, 3], "1 and 1.0 are the same number");
  assert.deepEqual(await classic.found(long(`1${"0".repeat(30)}`)), [4]);
  await using split = await things("split", "number", cells);
  assert.deepEqual(await split.found(long("9007199254740993")), [0, 1]);
  assert.deepEqual(await split.found(q.greater_than_or_equal_to(long("9007199254740993"))), [0, 1, 4]);
  assert.deepEqual(await split.found(0.1), [5]);
});

const OBJECTS: readonly Cell[] = [
  "0",
  "false",
  `""`,
  "[1,2,[3,4]]",
  `{"a":1,"b":{"c":[true,null]}}`,
  `["x",{"k":1,"l":2}]`,
  null,
  `{"a\\"b/é":"v"}`,
];

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: simple objects are found by what they hold, each value with its type`, async () => {
    await using at = await things(storage, "simpleObject", OBJECTS);
    assert.deepEqual(await at.found(0), [0]);
    assert.deepEqual(await at.found(false), [1]);
    assert.deepEqual(await at.found(""), [2]);
    assert.deepEqual(await at.found([]), [3, 5]);
    assert.deepEqual(await at.found({}), [4, 7]);
    assert.deepEqual(await at.found([2, 1, 1]), [3]);
    assert.deepEqual(await at.found([[4]]), [3]);
    assert.deepEqual(await at.found([4]), []);
    assert.deepEqual(await at.found({ b: { c: [null] } }), [4]);
    assert.deepEqual(await at.found({ b: { c: [false] } }), []);
    assert.deepEqual(await at.found([{ k: 1 }]), [5]);
    assert.deepEqual(await at.found({ 'a"b/é': "v" }), [7]);
    assert.deepEqual(await at.found(null), [6]);
    // The one thing that differs: a list holds a scalar only where the column is compared by itself.
    assert.deepEqual(await at.found("x"), storage === "split" ? [5] : []);
    assert.deepEqual(await at.found(1), storage === "split" ? [3] : []);
    assert.equal((await at.failure(q.greater_than(0))).type, "anvil.tables.TableError");
    assert.equal((await at.failure(date("2024-01-01"))).type, "anvil.tables.TableError");
  });
}

Deno.test("a search for an object nested deeper than a server can compare is refused, and the line lives on", async () => {
  await using at = await things("classic", "simpleObject", ["1"]);
  let deep: unknown = 1;
  for (let i = 0; i < 150; i++) deep = [deep];
  assert.equal((await at.failure(deep)).type, "anvil.tables.TableError");
  assert.deepEqual(await at.found(1), [0]);
});

async function manyFound(client: ServeClient, table: Cap, many: unknown) {
  return await client.column(table, "n", [], { x: many });
}

Deno.test("lists of links are found by what they hold; an empty one holds nothing, and None is not a list", async () => {
  const cells = [`["[1,1]","[1,2]","[1,1]"]`, "[]", null, `["[1,2]"]`];
  await using classic = await things("classic", "link_multiple targets", cells);
  const [one, two] = [await classic.target(1), await classic.target(2)];
  const at = (value: unknown) => manyFound(classic.client, classic.table, value);
  assert.deepEqual(await at([two]), [0, 3]);
  assert.deepEqual(await at([one, two, two]), [0]);
  assert.deepEqual(await at([]), [0, 1, 3]);
  assert.deepEqual(await at(null), [2]);
  assert.equal((await classic.failure(one)).type, "anvil.tables.TableError");
  assert.equal((await classic.failure([one, 5])).type, "anvil.tables.TableError");
  await using split = await things("split", "link_multiple targets", cells);
  const all = (value: unknown) => manyFound(split.client, split.table, value);
  assert.deepEqual(await all(null), [0, 1, 2, 3]);
  assert.deepEqual(await all([]), [0, 1, 2, 3]);
  assert.deepEqual(await all([await split.target(1)]), [0]);
});

Deno.test("a search that a client seals into a capability by hand is checked as any other", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("numbers");
  const failure = (search: unknown) =>
    client.failure("search.get_length", [
      table.narrowed({ search: search as string, fetch: null, order: null, chunk: null }),
    ]);
  const query = (term: object) => JSON.stringify(term);
  for (
    const text of [
      "not json",
      query({ op: "XX", col: "id of i", pattern: "x" }),
      query({ op: "EQ", col: "id of i", value: "x" }),
      query({ op: "GT", col: "id of i", value: "x" }),
      query({ op: "LIKE", col: "id of i", pattern: "x" }),
      query({ op: "LIKE", col: "id of s", pattern: 1 }),
      query({ op: "XX", col: "id of s", pattern: "x" }),
      query({ op: "EQ", col: "id of s", value: 1 }),
      query([]),
      `${`{"op":"NOT","operand":`.repeat(200)}null${"}".repeat(200)}`,
    ]
  ) assert.equal((await failure(text)).type, "anvil.server.InternalError", text.slice(0, 60));
  assert.equal((await failure(query({ op: "EQ", col: "nothing", value: 1 }))).type, "anvil.tables.TableError");
  assert.equal((await failure(1)).type, "anvil.server.InternalError");
  const types = await client.table("all_types");
  const odd = (term: object) =>
    client.failure("search.get_length", [
      types.narrowed({ search: query(term), fetch: null, order: null, chunk: null }),
    ]);
  assert.equal((await odd({ op: "EQ", col: "id of b", value: 1 })).type, "anvil.server.InternalError");
  assert.equal((await odd({ op: "GT", col: "id of b", value: true })).type, "anvil.tables.TableError");
  assert.equal((await odd({ op: "EQ", col: "id of many", value: 1 })).type, "anvil.server.InternalError");
  assert.equal((await odd({ op: "EQ", col: "id of m", value: 1 })).type, "anvil.tables.TableError");
});
