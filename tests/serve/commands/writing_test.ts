/** The commands that write: rows added, changed and deleted, alone and in batches, with media and links. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { Cap, q, ref, served, Upload } from "../../fixtures/serving/serve_client.ts";

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: rows are added one by one and many at a time, with ascending ids in input order`, async () => {
    await using serving = await served({ storage, writable: true });
    const { client } = serving;
    const numbers = await client.table("numbers");
    const [id, cap, spec] = await client.call("table.add_row", [numbers, { i: 1_000 }, null, null]) as unknown[];
    assert.ok(cap instanceof Cap);
    assert.deepEqual((spec as { cache: number[] }).cache, [0, 0, 0, 0]);
    assert.deepEqual((await client.row(numbers, Number(id)))["i"], 1_000);
    const rows = Array.from({ length: 50 }, (_, i) => ({ i: 2_000 + i }));
    const [added] = await client.call("table.add_rows", [numbers, rows, null]) as [[number, Cap][]];
    const ids = added.map(([row]) => row);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
    assert.deepEqual(await client.column(numbers, "i", [], { i: q.greater_than(1_500) }), rows.map(({ i }) => i));
  });

  Deno.test(`${storage}: no rows at all are ${storage === "split" ? "a syntax error" : "added"}; a read-only table says so first`, async () => {
    await using serving = await served({ storage, writable: true });
    const { client } = serving;
    const add = [await client.table("numbers"), []];
    if (storage === "classic") {
      const [rows, spec] = await client.call("table.add_rows", add) as unknown[];
      assert.deepEqual([rows, (spec as { cache: number[] }).cache], [[], [0, 0, 0, 0]]);
    } else {
      const failure = await client.failure("table.add_rows", add);
      assert.equal(failure.type, "anvil.tables.TableError");
      assert.match(failure.message, /^Internal database error: ERROR: syntax error at or near "RETURNING"/);
    }
    assert.deepEqual((await client.call("table.add_rows", [await client.table("no_columns"), []]) as unknown[])[0], []);
    const refused = await client.failure("table.add_rows", [await client.table("read_only"), []]);
    assert.equal(refused.type, "anvil.server.PermissionDenied");
    assert.match(refused.message, /Read only/);
  });

  Deno.test(`${storage}: updates merge, also those of one row twice in a batch, and batches delete`, async () => {
    await using serving = await served({ storage, writable: true });
    const { client } = serving;
    const people = await client.table("people");
    const spec = await client.call("row.update", [people.row(80), { name: "changed" }, null]);
    assert.deepEqual((spec as { cache: number[] }).cache, [0, 0, 0, 0]);
    const { name, boss } = await client.row(people, 80);
    assert.deepEqual([name, boss], ["changed", 78]);
    const updates = [[people.row(81), { name: "a" }, null], [people.row(81), { boss: null }], [
      people.row(82),
      {},
      null,
    ]];
    assert.equal((await client.call("row.batch_update", [updates]) as unknown[]).length, 3);
    const twice = await client.row(people, 81);
    assert.deepEqual([twice["name"], twice["boss"]], ["a", null]);
    await client.call("row.delete", [people.row(87), null]);
    await client.call("row.batch_delete", [[people.row(86)]]);
    await client.call("row.batch_delete_2", [[[people.row(85), null], [people.row(999), null]]]);
    assert.equal(await client.call("search.get_length", [people]), 7);
    const { search } = await client.search(people, [], { name: q.like("P%") });
    await client.call("search.delete_all", [search]);
    assert.equal(await client.call("search.get_length", [people]), 2);
    await client.call("table.delete_all_rows", [people]);
    assert.equal(await client.call("search.get_length", [people]), 0);
    assert.equal(await client.call("row.can_auto_create"), false);
  });

  Deno.test(`${storage}: one deleted row fails a whole batch of updates, and nothing of it is written`, async () => {
    await using serving = await served({ storage, writable: true });
    const { client } = serving;
    const people = await client.table("people");
    await client.call("row.delete", [people.row(87)]);
    const batch = [[people.row(79), { name: "x" }, null], [people.row(87), { name: "x" }, null]];
    for (
      const failure of [
        await client.failure("row.batch_update", [batch]),
        await client.failure("row.update", [people.row(87), { name: "x" }]),
      ]
    ) {
      assert.equal(failure.type, storage === "classic" ? "anvil.tables.RowDeleted" : "anvil.tables.TableError");
      assert.match(failure.message, /has been deleted/);
    }
    assert.equal((await client.row(people, 79))["name"], "P1");
  });
}

Deno.test("classic: a deleted row in a batch takes back all that its transaction has written, which then goes on", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const people = await client.table("people");
  await client.call("row.delete", [people.row(87)]);
  await client.call("private:tables.open_transaction", []);
  await client.call("row.update", [people.row(79), { name: "lost" }]);
  const failure = await client.failure("row.batch_update", [[[people.row(87), { name: "x" }, null]]]);
  assert.equal(failure.type, "anvil.tables.RowDeleted");
  await client.call("row.update", [people.row(80), { name: "kept" }]);
  await client.call("private:tables.close_transaction", [false]);
  assert.equal((await client.row(people, 79))["name"], "P1");
  assert.equal((await client.row(people, 80))["name"], "kept");
});

Deno.test("split: a deleted row in a batch leaves the rest of its transaction as it is", async () => {
  await using serving = await served({ storage: "split", writable: true });
  const { client } = serving;
  const people = await client.table("people");
  await client.call("row.delete", [people.row(87)]);
  await client.call("private:tables.open_transaction", []);
  await client.call("row.update", [people.row(79), { name: "kept" }]);
  await client.failure("row.batch_update", [[[people.row(87), { name: "x" }, null]]]);
  await client.call("private:tables.close_transaction", [false]);
  assert.equal((await client.row(people, 79))["name"], "kept");
});

Deno.test("split: lists of links of a deleted row are noticed by their keys alone", async () => {
  await using serving = await served({ storage: "split", writable: true });
  const { client } = serving;
  const people = await client.table("people");
  await client.call("row.delete", [people.row(87)]);
  await client.call("row.update", [people.row(87), { reports: [] }]);
  const failure = await client.failure("row.update", [people.row(87), { reports: [ref(people.row(79))] }]);
  assert.match(failure.message, /^Internal database error: ERROR: .*foreign key/);
});

Deno.test("media are uploaded in chunks, replaced, taken over from another cell, and removed", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const types = await client.table("all_types");
  const large = Uint8Array.from({ length: 5_000_000 }, (_, i) => i % 251);
  const medium = new Upload(large, "large.bin", "a/b");
  const [id] = await client.call("table.add_row", [types, { s: "up", m: medium }]) as unknown[];
  const { m } = await client.row(types, Number(id));
  const { bytes, chunks } = await client.bytes(m);
  assert.deepEqual(bytes, large);
  assert.deepEqual(chunks.slice(0, 2), [64_000, 64_000]);
  await client.call("row.update", [types.row(Number(id)), { m: new Upload(new Uint8Array(), null, null) }]);
  const { m: empty } = await client.row(types, Number(id));
  assert.deepEqual((await client.bytes(empty)).bytes.length, 0);
  await assert.rejects(client.bytes(m), /does not exist/);
  const { m: source } = await client.row(types, 133);
  const [copy] = await client.call("table.add_row", [types, { m: source }]) as unknown[];
  const { m: copied } = await client.row(types, Number(copy));
  assert.deepEqual((await client.bytes(copied)).bytes, new TextEncoder().encode("x"));
  await client.call("row.update", [types.row(Number(copy)), { m: null }]);
  assert.equal((await client.row(types, Number(copy)))["m"], null);
});

Deno.test("a medium that another connection has read cannot be taken over", async () => {
  await using serving = await served({ writable: true });
  const other = await serving.connect();
  const types = await serving.client.table("all_types");
  const { m } = await other.row(types, 133);
  const failure = await serving.client.failure("table.add_row", [types, { m }]);
  assert.match(failure.message, /^Internal server error: /);
});

Deno.test("an archive that is served for reading says how to write, before anything else is looked at", async () => {
  await using serving = await served();
  const { client } = serving;
  const people = await client.table("people");
  for (
    const [name, args] of [
      ["table.add_row", [people, { name: "x" }]],
      ["table.add_rows", [people, []]],
      ["row.update", [people.row(79), {}]],
      ["row.delete", [people.row(79)]],
      ["table.delete_all_rows", [people]],
      ["search.delete_all", [people]],
    ] as const
  ) {
    const failure = await client.failure(name, args);
    assert.equal(failure.type, "anvil.server.PermissionDenied", name);
    assert.match(failure.message, /--writable/);
  }
});

Deno.test("what is not a row, a list or a dict is refused", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const people = await client.table("people");
  assert.equal((await client.failure("table.add_rows", [people, { name: "x" }])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("table.add_row", [people, "x"])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("row.batch_update", [["x"]])).type, "anvil.tables.TableError");
  assert.equal((await client.failure("row.batch_update", [[[null, {}]]])).type, "anvil.server.InternalError");
  assert.deepEqual(await client.call("row.batch_update", [[]]), []);
  assert.equal(
    (await client.failure("table.add_row", [people, { nothing: 1 }])).type,
    "anvil.tables.NoSuchColumnError",
  );
  const announced = new Upload(new Uint8Array([1]));
  assert.equal((await client.failure("table.add_row", [people, { name: announced }])).type, "anvil.tables.TableError");
});

Deno.test("a table whose ids are used up adds no more rows, and says so", async () => {
  const content = smallApp({ last: { columns: { n: "number" }, rows: [[1n]] } });
  const rows = new Map([["last", [{ id: "9223372036854775807", cells: [1n] }]]]);
  await using serving = await served({ writable: true }, { ...content, rows });
  const last = await serving.client.table("last");
  const failure = await serving.client.failure("table.add_row", [last, { n: 2 }]);
  assert.match(failure.message, /^Internal database error: ERROR: nextval: reached maximum value/);
  assert.equal(await serving.client.call("search.get_length", [last]), 1);
});
