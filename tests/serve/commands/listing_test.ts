/** The commands that list: tables with their capabilities and ids, columns with their types and targets. */
import assert from "node:assert/strict";
import { Cap, KEYS, q, served } from "../../fixtures/serving/serve_client.ts";

Deno.test("every table is listed with its view key and id; one that cannot be read has no capability", async () => {
  await using serving = await served();
  const tables = await serving.client.call("get_app_tables") as { readonly [name: string]: readonly unknown[] };
  assert.deepEqual(Object.keys(tables).sort(), [
    "Users",
    "all_types",
    "companies",
    "empty_table",
    "no_columns",
    "numbers",
    "people",
    "read_only",
    "secrets",
  ]);
  const [cap, key, id] = tables["people"] ?? [];
  assert.ok(cap instanceof Cap);
  assert.deepEqual([key, id, tables["secrets"]?.[0]], ['{"id":5}', 5, null]);
});

Deno.test("the first tables API gives the names alone, and sends whoever asks for more to the second", async () => {
  await using serving = await served();
  const names = await serving.client.call("private:tables.get_app_tables") as object;
  assert.equal(Object.keys(names).length, 9);
  const failure = await serving.client.failure("private:tables.search", [1]);
  assert.equal(failure.type, "anvil.tables.TableError");
  assert.match(failure.message, /Accelerated Tables/);
});

Deno.test("a table is found by its id, by its digits, and by the id of a row of it", async () => {
  await using serving = await served();
  for (const id of [5, "5", "[5,78]"]) {
    const [cap, key, number] = await serving.client.call("get_table_by_id", [id]) as unknown[];
    assert.ok(cap instanceof Cap);
    assert.deepEqual([key, number], ['{"id":5}', 5]);
  }
  for (const id of [99, "x", "[99,1]", null, {}]) {
    assert.equal(await serving.client.call("get_table_by_id", [id]), null);
  }
  assert.deepEqual(await serving.client.call("get_table_by_id", [4]), [null, '{"id":4}', 4]);
});

Deno.test("columns are listed in the editor's order with id, type and target", async () => {
  await using serving = await served();
  const { client } = serving;
  assert.deepEqual(await client.call("table.list_columns", [await client.table("people")]), [
    { id: "id of name", type: "string", client_hidden: null, name: "name" },
    { id: "id of boss", type: "link_single", table_id: 5, client_hidden: null, name: "boss" },
    { id: "id of company", type: "link_single", table_id: 11, client_hidden: null, name: "company" },
    { id: "id of reports", type: "link_multiple", table_id: 5, client_hidden: null, name: "reports" },
  ]);
  assert.deepEqual(await client.call("table.list_columns", [await client.table("no_columns")]), []);
  const [view] = await client.call("table.get_view", [
    await client.table("people"),
    "r",
    null,
    [q.only_cols("name")],
    {},
  ]) as Cap[];
  assert.deepEqual((await client.call("table.list_columns", [view]) as unknown[]).length, 1);
});

Deno.test("client code does not see hidden columns, nor tables that are not open to it", async () => {
  await using serving = await served();
  const client = await serving.connect(KEYS.client);
  const tables = await client.call("get_app_tables") as { readonly [name: string]: readonly unknown[] };
  assert.deepEqual(Object.keys(tables).filter((name) => tables[name]?.[0] !== null), ["Users"]);
  const columns = await client.call("table.list_columns", [await client.table("Users")]) as { readonly name: string }[];
  assert.deepEqual(columns.map(({ name }) => name), ["email"]);
  const [row] = (await client.search(await client.table("Users"))).rows;
  assert.deepEqual(row?.cells, { email: "a@example.com" });
  const asked = await client.failure("table.search", [await client.table("Users"), [], { password_hash: "x" }]);
  assert.equal(asked.type, "anvil.tables.NoSuchColumnError");
});
