/** The commands that search: pages of any size, the next one, how many rows, the one row, and rows by their ids. */
import assert from "node:assert/strict";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { q, served } from "../../fixtures/serving/serve_client.ts";

Deno.test("every page size gives every row once, in ascending order of ids; a full last page is followed by an empty one", async () => {
  await using serving = await served();
  const table = await serving.client.table("numbers");
  for (const size of [1, 5, 24, 25, 26, 1.5, 1_000_000]) {
    const found = await serving.client.column(table, "i", [q.page_size(size)]);
    assert.deepEqual(found, Array.from({ length: 25 }, (_, i) => i), `pages of ${size}`);
  }
  const last = await serving.client.search(table, [q.page_size(25)]);
  assert.ok(last.next);
  const empty = await serving.client.nextPage(last.next);
  assert.deepEqual([empty.ids, empty.next], [[], null]);
});

Deno.test("a page has 100 rows when nobody says how many", async () => {
  const rows = Array.from({ length: 101 }, (_, i) => [BigInt(i)]);
  await using serving = await served({}, smallApp({ many: { columns: { n: "number" }, rows } }));
  const page = await serving.client.search(await serving.client.table("many"));
  assert.equal(page.ids.length, 100);
  assert.ok(page.next);
});

Deno.test("page sizes of nothing are refused, and those beyond 32 bits are internal errors", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("numbers");
  const failure = (size: unknown) => client.failure("table.search", [table, [q.page_size(size)], {}]);
  for (const size of [0, -1, "7", null]) {
    assert.equal((await failure(size)).message, "Page size must be a positive number.");
  }
  assert.match((await failure(2 ** 31)).message, /^Internal server error: /);
  const narrowed = (chunk: number) => table.narrowed({ search: null, fetch: null, order: null, chunk });
  assert.equal((await client.failure("search.next_page", [narrowed(0)])).type, "anvil.tables.TableError");
});

Deno.test("a client that narrows a table's capability reads after any row, with any page size", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("numbers");
  const search = { search: null, fetch: { i: true }, order: null, chunk: 3 };
  const page = await client.nextPage(table.narrowed(search, "[1020]"));
  assert.deepEqual(page.rows.map(({ cells }) => cells), [{ i: 11 }, { i: 12 }, { i: 13 }]);
  const plain = await client.nextPage(table);
  assert.equal(plain.ids.length, 25, "a bare table is a search for everything");
  assert.equal(await client.call("search.get_length", [table]), 25);
});

Deno.test("rows are counted, also those of a search", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("numbers");
  const { search } = await client.search(table, [], { i: q.less_than(10) });
  assert.equal(await client.call("search.get_length", [search]), 10);
});

Deno.test("get gives the one row, None for none, an error for several, and takes no order or page size", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  const [id] = await client.call("table.get_row", [table, [], { name: "P1" }]) as unknown[];
  assert.equal(id, 79);
  assert.equal(await client.call("table.get_row", [table, [], { name: "nobody" }]), null);
  assert.equal(
    (await client.failure("table.get_row", [table, [], {}])).message,
    "More than one row matched this query",
  );
  for (const option of [q.page_size(5), q.order_by("name")]) {
    assert.equal(
      (await client.failure("table.get_row", [table, [option], { name: "P1" }])).type,
      "anvil.tables.TableError",
    );
  }
});

Deno.test("rows are read by number, digits and text of their ids, and are None when they are not there", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  for (const id of [79, "79", "[5,79]"]) {
    const [found, data] = await client.call("table.get_row_by_id", [table, id]) as unknown[];
    assert.equal(found, 79);
    assert.ok(data);
    assert.equal(await client.call("table.has_row", [table, id]), true);
  }
  for (const id of [999, "garbage", "[6,79]", "[5,999]", "9".repeat(19), null, 1.5, ["[5,79]"]]) {
    assert.equal(await client.call("table.get_row_by_id", [table, id]), null, JSON.stringify(id));
    assert.equal(await client.call("table.has_row", [table, id]), false, JSON.stringify(id));
  }
  const only = await client.call("table.get_row_by_id", [table, 79], {
    kwargs: { fetch: q.fetch_only({ name: true }) },
  });
  assert.match(JSON.stringify(only), /"cache":\[0,0,1,0\]/);
  const wrong = await client.failure("table.get_row_by_id", [table, 79], { kwargs: { fetch: "name" } });
  assert.equal(wrong.type, "anvil.tables.TableError");
});

Deno.test("parts of searches that a real server never had are refused", async () => {
  await using serving = await served();
  for (const name of ["search.slice", "search.index"]) {
    const failure = await serving.client.failure(name, [1, 2]);
    assert.deepEqual(failure, { type: "anvil.tables.TableError", message: `${name} is not implemented` });
  }
});

Deno.test("a reply of 16 MiB is refused with its length, and the line lives on; other columns of that row come", async () => {
  const huge = "x".repeat(17_000_000);
  await using serving = await served(
    {},
    smallApp({ big: { columns: { n: "number", s: "string" }, rows: [[1n, huge]] } }),
  );
  const { client } = serving;
  const table = await client.table("big");
  const failure = await client.failure("table.search", [table, [], {}]);
  assert.equal(failure.type, "anvil.server.InternalError");
  assert.match(failure.message, /^Payload too large \(170\d{5}\)$/);
  assert.deepEqual(await client.column(table, "n", [q.fetch_only({ n: true })]), [1]);
});
