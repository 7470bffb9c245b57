/** Transactions: one snapshot, idle limits in faked time, conflicts, and what a broken one answers until it is closed. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { q, type ServeClient, served } from "../../fixtures/serving/serve_client.ts";

const open = (client: ServeClient, stack: string, isolation: string | null = null) =>
  client.call("private:tables.open_transaction", [], { stack, kwargs: { isolation } });
const close = (client: ServeClient, stack: string, rollback: boolean) =>
  client.call("private:tables.close_transaction", [rollback], { stack });
const closeFailure = (client: ServeClient, stack: string, rollback: boolean) =>
  client.failure("private:tables.close_transaction", [rollback], { stack });

for (const storage of STORAGE_STYLES) {
  for (const isolation of [null, "relaxed"]) {
    const what = `${storage}, ${isolation ?? "serializable"}`;

    Deno.test(`${what}: a transaction sees its own writes, others see them after its commit, and never after a rollback`, async () => {
      await using serving = await served({ storage, writable: true });
      const { client } = serving;
      const numbers = await client.table("numbers");
      const count = (stack: string) => client.call("search.get_length", [numbers], { stack });
      for (const [rollback, after] of [[true, 25], [false, 26]] as const) {
        await open(client, "t", isolation);
        await client.call("table.add_row", [numbers, { i: 1 }], { stack: "t" });
        assert.deepEqual([await count("t"), await count("other")], [26, 25]);
        await close(client, "t", rollback);
        assert.equal(await count("other"), after);
      }
    });

    Deno.test(`${what}: the snapshot is of the first query, not of the opening`, async () => {
      await using serving = await served({ storage, writable: true });
      const { client } = serving;
      const numbers = await client.table("numbers");
      const count = (stack: string) => client.call("search.get_length", [numbers], { stack });
      await open(client, "t", isolation);
      await client.call("table.add_row", [numbers, { i: 1 }]);
      assert.equal(await count("t"), 26);
      await client.call("table.add_row", [numbers, { i: 2 }]);
      assert.equal(await count("t"), 26);
      await close(client, "t", false);
    });

    Deno.test(`${what}: a row that another has written since is a conflict; the transaction stays open until it is rolled back`, async () => {
      await using serving = await served({ storage, writable: true });
      const { client } = serving;
      const people = await client.table("people");
      const inT = { stack: "t" };
      await open(client, "t", isolation);
      await client.call("row.fetch", [people.row(79), null], inT);
      await client.call("row.update", [people.row(79), { name: "by a user" }]);
      const conflict = await client.failure("row.batch_update", [[[people.row(79), { name: "mine" }, null]]], inT);
      assert.equal(conflict.type, "anvil.tables.TransactionConflict");
      assert.match(conflict.message, /^Another transaction has changed this data/);
      assert.match((await client.failure("row.fetch", [people.row(79), null], inT)).message, /transaction is aborted/);
      assert.deepEqual(await closeFailure(client, "t", false), {
        type: "",
        message: "Internal server error: Server runtime not available.",
      });
      const again = await client.failure("private:tables.open_transaction", [], inT);
      assert.deepEqual(again, { type: "anvil.tables.TableError", message: "You already have a transaction open here" });
      await open(client, "fresh", isolation);
      await client.call("row.update", [people.row(80), { name: "x" }], { stack: "fresh" });
      await close(client, "fresh", false);
      await close(client, "t", true);
      await open(client, "t", isolation);
      await close(client, "t", true);
      assert.equal((await client.row(people, 79))["name"], "by a user");
    });

    Deno.test(`${what}: a row that another has deleted since is a conflict too`, async () => {
      await using serving = await served({ storage, writable: true });
      const { client } = serving;
      const people = await client.table("people");
      await open(client, "t", isolation);
      await client.call("row.fetch", [people.row(87), null], { stack: "t" });
      await client.call("row.delete", [people.row(87)]);
      const conflict = await client.failure("row.batch_update", [[[people.row(87), { name: "x" }, null]]], {
        stack: "t",
      });
      assert.equal(conflict.type, "anvil.tables.TransactionConflict");
      await close(client, "t", true);
    });
  }
}

Deno.test("relaxed: others' writes to other rows of a table that was read do not conflict; serializable: they do", async () => {
  for (const [isolation, conflicts] of [["relaxed", false], [null, true]] as const) {
    await using serving = await served({ writable: true });
    const { client } = serving;
    const people = await client.table("people");
    await open(client, "t", isolation);
    await client.search(people);
    client.stack = "t";
    await client.search(people);
    client.stack = "main";
    await client.call("row.update", [people.row(79), { name: "other" }]);
    const write = client.call("row.update", [people.row(80), { name: "mine" }], { stack: "t" });
    if (conflicts) {
      await assert.rejects(write, /TransactionConflict/);
      await close(client, "t", true);
    } else {
      await write;
      const theirs = client.failure("row.update", [people.row(79), { name: "mine too" }], { stack: "t" });
      assert.equal((await theirs).type, "anvil.tables.TransactionConflict");
      await close(client, "t", true);
    }
  }
});

Deno.test("a transaction that has read nothing of a table writes to it after others have", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const [people, numbers] = [await client.table("people"), await client.table("numbers")];
  await open(client, "t");
  await client.call("search.get_length", [people], { stack: "t" });
  await client.call("table.add_row", [numbers, { i: 1 }]);
  await client.call("row.update", [people.row(79), { name: "x" }], { stack: "t" });
  await close(client, "t", false);
  assert.equal((await client.row(people, 79))["name"], "x");
});

Deno.test("all rows deleted by another conflict with any write to one of them", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const numbers = await client.table("numbers");
  await open(client, "t", "relaxed");
  await client.call("search.get_length", [numbers], { stack: "t" });
  await client.call("table.delete_all_rows", [numbers]);
  const conflict = await client.failure("table.delete_all_rows", [numbers], { stack: "t" });
  assert.equal(conflict.type, "anvil.tables.TransactionConflict");
  await close(client, "t", true);
});

Deno.test("an idle transaction expires at a sweep after ten seconds, says so until it is closed, and is gone then", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock, writable: true });
  const { client } = serving;
  await open(client, "t");
  const list = () => client.call("get_app_tables", [], { stack: "t" });
  await list();
  for (let i = 0; i < 5; i++) {
    clock.advance(9_000);
    await list();
  }
  await client.call("private:echo", ["x"], { stack: "t" });
  clock.advance(15_001);
  const expired = { type: "anvil.tables.TransactionError", message: "This transaction has expired" };
  assert.deepEqual(await client.failure("get_app_tables", [], { stack: "t" }), expired);
  assert.deepEqual(await closeFailure(client, "t", false), expired);
  assert.equal((await closeFailure(client, "t", false)).type, "anvil.tables.TableError", "there is none");
  await open(client, "t");
  clock.advance(15_001);
  await close(client, "t", true);
  await close(client, "t", true);
});

Deno.test("a second transaction on one stack is refused, on another stack or connection it is not", async () => {
  await using serving = await served();
  const { client } = serving;
  await open(client, "a");
  const failure = await client.failure("private:tables.open_transaction", [], { stack: "a" });
  assert.equal(failure.message, "You already have a transaction open here");
  await open(client, "b");
  await open(await serving.connect(), "a");
  await close(client, "a", false);
  await close(client, "b", true);
  const odd = await client.failure("private:tables.open_transaction", [], { kwargs: { isolation: "odd" } });
  assert.equal(odd.type, "anvil.tables.TableError");
});

Deno.test("of two that open a transaction on one stack at once, one is refused", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const both = await Promise.allSettled([open(client, "t"), open(client, "t")]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  await close(client, "t", true);
});

Deno.test("open transactions hold the pool: after five seconds others are told so, each in its own words", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock, poolSize: 2 });
  const { client } = serving;
  const people = await client.table("people");
  const { m } = await client.row(await client.table("all_types"), 133);
  await open(client, "a");
  await open(client, "b");
  const waiting = [
    client.failure("table.list_columns", [people]),
    client.failure("private:tables.open_transaction", [], { stack: "c" }),
    client.failure("private:fetch_lazy_media", [(m as { readonly fields: object }).fields]),
  ];
  await client.call("private:echo", ["they are on their way"]);
  clock.advance(5_000);
  const [search, transaction, medium] = await Promise.all(waiting);
  assert.match(search?.message ?? "", /^Internal database error: .*timed out/);
  assert.match(transaction?.message ?? "", /Too many transactions already in progress/);
  assert.match(medium?.message ?? "", /^Internal server error: /);
  const late = client.call("table.list_columns", [people]);
  await close(client, "a", true);
  assert.ok(await late, "one that waits gets what is given back");
  await close(client, "b", true);
});

Deno.test("a write waits for another transaction's end, and gives up after half a minute", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock, writable: true, transactionIdleMs: 1_000_000 });
  const { client } = serving;
  const [people, numbers] = [await client.table("people"), await client.table("numbers")];
  await open(client, "t");
  await client.call("row.update", [people.row(79), { name: "x" }], { stack: "t" });
  const late = client.call("table.add_row", [numbers, { i: 1 }]);
  await client.call("private:echo", ["on its way"]);
  await close(client, "t", false);
  assert.ok(await late);
  await open(client, "t");
  await client.call("row.update", [people.row(79), { name: "y" }], { stack: "t" });
  const never = client.failure("table.add_row", [numbers, { i: 1 }]);
  await client.call("private:echo", ["on its way"]);
  clock.advance(30_000);
  assert.match((await never).message, /^Internal database error: ERROR: canceling statement/);
  await close(client, "t", true);
});

Deno.test("an export fetched in a transaction closes its connection; media in a relaxed one fail in classic storage alone", async () => {
  for (const storage of STORAGE_STYLES) {
    await using serving = await served({ storage });
    const { client } = serving;
    const people = await client.table("people");
    client.stack = "t";
    await open(client, "t", "relaxed");
    const { m } = await client.row(await client.table("all_types"), 133);
    if (storage === "classic") await assert.rejects(client.bytes(m), /Internal server error: /);
    else assert.equal((await client.bytes(m)).bytes.length, 1);
    const csv = await client.call("table.to_csv", [people]);
    assert.ok((await client.bytes(csv)).bytes.length > 100);
    await client.call("private:echo", ["the stream has ended"]);
    assert.equal(
      (await client.failure("table.list_columns", [people])).message,
      "Internal database error: Connection is closed",
    );
    await close(client, "t", true);
    await open(client, "t");
    assert.equal((await client.bytes((await client.row(await client.table("all_types"), 133))["m"])).bytes.length, 1);
    await close(client, "t", false);
  }
});

Deno.test("a database connection that is lost answers so, on every call, until its transaction is closed", async () => {
  await using serving = await served({ writable: true });
  const { client, server } = serving;
  const people = await client.table("people");
  const inT = { stack: "t" };
  await open(client, "t");
  await client.call("row.update", [people.row(79), { name: "x" }], inT);
  server.loseDatabase();
  for (let i = 0; i < 2; i++) {
    const failure = await client.failure("row.update", [people.row(79), { name: "y" }], inT);
    assert.deepEqual(failure, {
      type: "anvil.tables.TableError",
      message: "Internal database error: This connection has been closed.",
    });
  }
  await client.call("row.update", [people.row(79), { name: "outside" }]);
  assert.match((await closeFailure(client, "t", false)).message, /This connection has been closed/);
  await open(client, "t");
  server.loseDatabase();
  await close(client, "t", true);
});

Deno.test("an error of the database aborts the transaction, one of types does not", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const people = await client.table("people");
  const inT = { stack: "t" };
  await open(client, "t");
  await client.failure("table.add_row", [people, { name: 5 }], inT);
  await client.call("table.add_row", [people, { name: "x" }], inT);
  const odd = await client.failure("table.search", [people, [], { name: q.like("x\\") }], inT);
  assert.match(odd.message, /^Internal database error/);
  await close(client, "t", true);
});

Deno.test("what a connection leaves open is rolled back when it expires, and others then write", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock, writable: true });
  const gone = await serving.connect();
  const people = await gone.table("people");
  await open(gone, "t");
  await gone.call("row.update", [people.row(79), { name: "lost" }], { stack: "t" });
  await gone.connection.close();
  const write = serving.client.call("row.update", [people.row(79), { name: "kept" }]);
  await serving.client.call("private:echo", ["on its way"]);
  clock.advance(15_001);
  await write;
  assert.equal((await serving.client.row(people, 79))["name"], "kept");
});

Deno.test("a restart keeps capabilities, and loses transactions, media keys and connections", async () => {
  await using serving = await served({ writable: true });
  const { client, server } = serving;
  const people = await client.table("people");
  const { m } = await client.row(await client.table("all_types"), 133);
  await open(client, "t");
  await server.restart();
  const again = await serving.connect();
  assert.equal((await again.row(people, 79))["name"], "P1");
  await assert.rejects(again.bytes(m), /Internal server error: /);
  assert.equal(server.connections, 1);
  server.dropConnections();
  assert.ok(await again.connection.ended);
});
