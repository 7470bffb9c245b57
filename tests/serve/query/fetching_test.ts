/** What comes with a row: columns that were asked for, linked rows to a depth, names of rows beyond. */
import assert from "node:assert/strict";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { type AnsweredPage, Cap, q, type ServeClient, served, Wire } from "../../fixtures/serving/serve_client.ts";

const PEOPLE = '{"id":5}';
const COMPANIES = '{"id":11}';

/** Rows of table data by their ids, each as what is known of it: `all`, a list of columns, or `name`. */
function known(data: AnsweredPage["data"], key: string): { readonly [id: string]: string } {
  const { rows = {}, spec: { cols, cache } } = data[key] ?? { spec: { cols: [], cache: [] } };
  const cached = cols.filter((_, i) => cache[i] === 1).map(({ name }) => name).join();
  return Object.fromEntries(
    Object.entries(rows).map(([id, row]) => {
      if (Array.isArray(row)) return [id, cached];
      const names = Object.keys(row as object).filter((index) => index !== "c").map((i) => cols[Number(i)]?.name);
      return [id, names.length === 0 ? "name" : names.join()];
    }),
  );
}

async function oneRow(client: ServeClient, spec: unknown): Promise<AnsweredPage["data"]> {
  const table = await client.table("people");
  const args = spec === null ? [] : [q.fetch_only(spec)];
  return (await client.search(table, args, { name: "P9" })).data;
}

Deno.test("without a spec all columns come, and linked rows two levels deep; rows beyond are only named", async () => {
  await using serving = await served();
  const data = await oneRow(serving.client, null);
  const all = "boss,company,name,reports";
  // P9's boss is P4, whose boss is P1, whose boss is P0.
  assert.deepEqual(known(data, PEOPLE), { 87: all, 82: all, 79: all, 78: "name", 81: "name" });
  assert.deepEqual(known(data, COMPANIES), { 89: "ceo,employees,logo,name" });
});

Deno.test("only the columns of a spec come; true for a link brings its row, {} its id, a spec some of its columns", async () => {
  await using serving = await served();
  const { client } = serving;
  assert.deepEqual(known(await oneRow(client, { name: true }), PEOPLE), { 87: "name" });
  assert.deepEqual(known(await oneRow(client, { boss: {} }), PEOPLE), { 87: "boss", 82: "name" });
  assert.deepEqual(known(await oneRow(client, { name: true, boss: { name: true } }), PEOPLE), {
    87: "boss,name",
    82: "name",
  });
  assert.deepEqual(known(await oneRow(client, { boss: { company: { name: true } } }), COMPANIES), { 89: "name" });
  assert.deepEqual(known(await oneRow(client, { boss: false, name: true, company: null }), PEOPLE), { 87: "name" });
  const deep = known(await oneRow(client, { boss: true }), PEOPLE);
  assert.equal(deep["82"], "boss,company,name,reports");
});

Deno.test("a table that is fetched in two ways gives rows of its second way by index", async () => {
  await using serving = await served();
  const { client } = serving;
  const data = await oneRow(client, { name: true, boss: { company: {} } });
  assert.deepEqual(known(data, PEOPLE), { 87: "boss,name", 82: "company" });
  assert.ok(!Array.isArray(data[PEOPLE]?.rows?.["82"]), "a dict");
  const [row] = (await client.search(await client.table("people"), [], { name: "P4" })).rows;
  assert.equal(row?.cells["company"], 89);
});

Deno.test("rows are fetched by their capability: all of them, some columns, a spec; a deleted one is RowDeleted", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  const fetched = async (spec: unknown) =>
    known(await client.call("row.fetch", [table.row(87), spec]) as AnsweredPage["data"], PEOPLE);
  assert.equal((await fetched(null))["87"], "boss,company,name,reports");
  assert.equal((await fetched(["name"]))["87"], "name");
  assert.equal((await fetched({ boss: {} }))["87"], "boss");
  assert.deepEqual(await client.failure("row.fetch", [table.row(999), null]), {
    type: "anvil.tables.RowDeleted",
    message: "This row has been deleted",
  });
  assert.equal((await client.failure("row.fetch", [table.row(87), "name"])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("row.fetch", [table.row(87), ["nothing"]])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("row.fetch", [table.row(87), [1]])).type, "anvil.tables.TableError");
});

Deno.test("rows of a table without access are given through links to it, and its own capability is not", async () => {
  await using serving = await served();
  const { client } = serving;
  const tables = await client.call("get_app_tables") as { readonly [name: string]: readonly unknown[] };
  assert.deepEqual(tables["secrets"], [null, '{"id":4}', 4]);
  assert.ok(tables["people"]?.[0] instanceof Cap);
});

Deno.test("a spec that is not one is refused, in a search and in a sealed one", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  const failure = (arg: unknown) => client.failure("table.search", [table, [arg], {}]);
  assert.equal(
    (await failure(q.fetch_only({ nothing: true }))).message,
    "No such column 'nothing' exists in table 'People'",
  );
  assert.equal((await failure(q.fetch_only("name"))).type, "anvil.tables.TableError");
  const search = table.narrowed({ search: null, fetch: 5, order: null, chunk: null });
  assert.equal((await client.failure("search.next_page", [search])).type, "anvil.server.InternalError");
});

Deno.test("row ids that split storage gives twice, once in each table, are kept apart by their table", async () => {
  await using serving = await served({ storage: "split" });
  const page = await serving.client.search(await serving.client.table("all_types"), [], { s: "dangling" });
  assert.deepEqual([page.rows[0]?.cells["one"], page.rows[0]?.cells["many"]], [null, [79]]);
});

/** Notes 1 and 2 with a day each; 1 links to 2, and 2 to 1. */
const notes = () =>
  smallApp({
    notes: {
      columns: { at: "date", next: "link_single notes" },
      rows: [["2024-02-29", "[1,2]"], ["2024-03-01", "[1,1]"]],
    },
  });

Deno.test("a row of the page that another row links to comes once, with its date, whatever the spec asks of the link", async () => {
  await using serving = await served({}, notes());
  const table = await serving.client.table("notes");
  // All columns of it, the same ones, one of them, one more than the page's own.
  const specs = [null, { at: true, next: { at: true, next: {} } }, { at: true, next: { at: true } }, {
    next: { at: true, next: true },
  }];
  for (const spec of specs) {
    const { ids, rows } = await serving.client.search(table, spec === null ? [] : [q.fetch_only(spec)]);
    assert.deepEqual(ids, ["1", "2"]);
    const days = rows.map(({ cells: { at } }) => at instanceof Wire ? at.fields["value"] : at);
    assert.deepEqual(days, ["2024-02-29", "2024-03-01"], JSON.stringify(spec));
    assert.deepEqual(rows.map(({ cells: { next } }) => next), [2, 1]);
  }
});

Deno.test("the columns that a page is ordered by come with it, also those that the spec omits", async () => {
  await using serving = await served();
  const { client } = serving;
  const table = await client.table("people");
  const page = (...options: readonly unknown[]) => client.search(table, [q.page_size(2), ...options]);
  const plain = await page(q.fetch_only({ name: true }));
  assert.deepEqual(plain.rows.map(({ cells }) => cells), [{ name: "P0" }, { name: "P1" }]);
  const ordered = await page(q.fetch_only({ name: true }), q.order_by("boss", false));
  assert.deepEqual(ordered.rows.map(({ cells }) => Object.keys(cells)), [["boss", "name"], ["boss", "name"]]);
  assert.deepEqual(
    Object.keys(known(ordered.data, PEOPLE)),
    ordered.ids.toSorted(),
    "nobody asked for the bosses themselves",
  );
});
