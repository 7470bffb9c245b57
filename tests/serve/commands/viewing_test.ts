/** Views: which rows and columns they show, what may be written through them, and who may make them. */
import assert from "node:assert/strict";
import { Cap, KEYS, q, ref, type ServeClient, served } from "../../fixtures/serving/serve_client.ts";

async function view(
  client: ServeClient,
  table: Cap,
  permission: string,
  args: readonly unknown[] = [],
  kwargs: object = {},
) {
  const [cap] = await client.call("table.get_view", [table, permission, null, args, kwargs]) as unknown[];
  assert.ok(cap instanceof Cap);
  return cap;
}

Deno.test("a view shows the rows that it asks for, without the columns that it fixes", async () => {
  await using serving = await served();
  const { client } = serving;
  const people = await client.table("people");
  const boss = ref(people.row(79));
  const fixed = await view(client, people, "r", [], { boss });
  const page = await client.search(fixed);
  assert.deepEqual(page.rows.map(({ cells }) => cells["name"]), ["P3", "P4"]);
  assert.ok(!("boss" in (page.rows[0]?.cells ?? {})), "the fixed column is not to be seen");
  const unequal = await view(client, people, "r", [], { name: q.like("P%") });
  assert.ok("name" in ((await client.search(unequal)).rows[0]?.cells ?? {}), "a column that is not fixed is");
  assert.equal(await client.call("search.get_length", [fixed]), 2);
  assert.equal(await client.call("table.get_row", [fixed, [], { name: "P0" }]), null);
  assert.equal(await client.call("table.has_row", [fixed, 78]), false);
  const narrower = await view(client, fixed, "r", [q.only_cols("name")], { name: "P3" });
  assert.deepEqual((await client.search(narrower)).rows.map(({ cells }) => cells), [{ name: "P3" }]);
});

Deno.test("only_cols names the columns of a view; one that is not there is refused", async () => {
  await using serving = await served();
  const { client } = serving;
  const people = await client.table("people");
  const names = await view(client, people, "r", [q.only_cols("name")]);
  assert.deepEqual((await client.search(names)).rows[0]?.cells, { name: "P0" });
  for (const [table, cols] of [[people, "nothing"], [names, "boss"]] as const) {
    const failure = await client.failure("table.get_view", [table, "r", null, [q.only_cols(cols)], {}]);
    assert.equal(failure.type, "anvil.tables.TableError");
  }
  assert.equal(
    (await client.failure("table.search", [names, [], { boss: null }])).type,
    "anvil.tables.NoSuchColumnError",
  );
  const fetched = await client.failure("table.search", [names, [q.fetch_only({ boss: true })], {}]);
  assert.equal(fetched.type, "anvil.tables.TableError");
});

Deno.test("rows added through a view get the values that it fixes, and may not give them", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const people = await client.table("people");
  const writable = await view(client, people, "rw", [], { name: "fixed" });
  const [id] = await client.call("table.add_row", [writable, {}, null, null]) as unknown[];
  assert.equal((await client.row(people, Number(id)))["name"], "fixed");
  const failure = await client.failure("table.add_row", [writable, { name: "other" }]);
  assert.equal(failure.type, "anvil.tables.NoSuchColumnError");
  const [typesView] = [
    await view(client, await client.table("all_types"), "rw", [], { n: 7, b: true, so: { a: 1 }, s: "x", m: null }),
  ];
  const [row] = await client.call("table.add_row", [typesView, {}]) as unknown[];
  const { n, b, so, s } = await client.row(await client.table("all_types"), Number(row));
  assert.deepEqual([n, b, so, s], [7, true, { a: 1 }, "x"]);
});

Deno.test("rows written through a view must be in it, all of a call or none", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const numbers = await client.table("numbers");
  const small = await view(client, numbers, "rw", [], { i: q.less_than(10) });
  const added = await client.failure("table.add_rows", [small, [{ i: 5 }, { i: 50 }]]);
  assert.equal(added.type, "anvil.tables.TableError");
  assert.equal(await client.call("search.get_length", [numbers]), 25);
  const [row] = (await client.search(small)).rows;
  assert.ok(row);
  const updated = await client.failure("row.update", [row.cap, { i: 99 }]);
  assert.equal(updated.type, "anvil.tables.TableError");
  assert.equal((await client.row(numbers, row.id))["i"], 0);
  await client.call("row.update", [row.cap, { i: 9 }]);
  assert.equal((await client.row(numbers, row.id))["i"], 9);
});

Deno.test("rows cannot be added to a view that neither shows nor fixes a column", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const names = await view(client, await client.table("people"), "rw", [q.only_cols("name")]);
  assert.equal((await client.failure("table.add_row", [names, { name: "x" }])).type, "anvil.tables.TableError");
});

Deno.test("all rows of a view are deleted when it hides no column, and no others", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const numbers = await client.table("numbers");
  await client.call("table.delete_all_rows", [await view(client, numbers, "rw", [], { i: q.less_than(10) })]);
  assert.equal(await client.call("search.get_length", [numbers]), 15);
  const fixed = await view(client, numbers, "rw", [], { i: 12 });
  assert.equal((await client.failure("table.delete_all_rows", [fixed])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("search.delete_all", [fixed])).type, "anvil.tables.TableError");
});

Deno.test("a server key writes through a readable view what the table lets it write; client code does not", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const readable = await view(client, await client.table("people"), "r");
  await client.call("table.add_row", [readable, { name: "added" }]);
  assert.equal((await client.search(readable, [], { name: "added" })).ids.length, 1);
  const guest = await serving.connect(KEYS.client);
  assert.equal((await guest.search(readable)).ids.length, 11, "a view may be handed to client code");
  const refused = await guest.failure("table.add_row", [readable, { name: "x" }]);
  assert.equal(refused.type, "anvil.server.PermissionDenied");
  const given = await view(client, await client.table("people"), "rw");
  await guest.call("table.add_row", [given, { name: "by a guest" }]);
});

Deno.test("a view has no more rights than what it is made of", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const readOnly = await client.table("read_only");
  const readable = await view(client, await client.table("people"), "r");
  const guest = await serving.connect(KEYS.client);
  const users = await guest.table("Users");
  for (
    const [who, table, permission] of [
      [client, readOnly, "rw"],
      [client, readOnly, "rwc"],
      [client, readable, "rw"],
      [guest, users, "rw"],
      [guest, await view(client, await client.table("people"), "rwc"), "rwc"],
      [client, readable, "x"],
    ] as const
  ) {
    const failure = await who.failure("table.get_view", [table, permission, null, [], {}]);
    assert.equal(failure.type, "anvil.tables.TableError", permission);
  }
  assert.ok(await view(guest, users, "r"));
});

Deno.test("a view that cascades gives its rights to the rows that it links to, another does not", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const guest = await serving.connect(KEYS.client);
  const types = await client.table("all_types");
  for (
    const [permission, key, allowed] of [["rwc", '{"id":5,"perm":"rwc"}', true], ["rw", '{"id":5}', false]] as const
  ) {
    const linked = await guest.search(await view(client, types, permission), [], { s: "links" });
    const people = linked.data[key];
    assert.ok(people, Object.keys(linked.data).join());
    // A plain capability is what narrowing the table gives: the client's parser leaves those out of long replies.
    const row = (people.rows?.["81"] as unknown[]).at(-1) ?? (await client.table("people")).row(81);
    const call = guest.call("row.update", [row, { name: "changed" }]);
    if (allowed) await call;
    else await assert.rejects(call, /PermissionDenied/);
  }
});
