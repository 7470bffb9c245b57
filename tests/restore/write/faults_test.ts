/** What goes wrong while a restore writes: each is survived or told, and no row ever stands in the app twice. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../../lib/errors.ts";
import type { FaultAction, FaultyCall } from "../../fixtures/faults/faults.ts";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { LIMITS } from "../../../lib/uplink/limits.ts";
import type { Engine } from "../../../lib/sqlite/engine.ts";
import { FlowingClock } from "../../fixtures/clocks/flowing_clock.ts";
import { GROUP_ROWS, shortGroupsApp } from "../../fixtures/running/short_groups.ts";
import { type RestoredApp, restoredApp, type RestoredAppOptions } from "../../fixtures/running/restored_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { TEST_KEY } from "../../fixtures/running/served_app.ts";

/** An app whose calls go wrong where `choose` says so, once for each entry. */
function faulty(
  content: ArchiveContent,
  faults: readonly (readonly [which: (call: FaultyCall) => boolean, action: FaultAction])[],
  options: RestoredAppOptions = {},
): Promise<RestoredApp> {
  const left = [...faults];
  const onCall = (call: FaultyCall) => {
    const at = left.findIndex(([which]) => which(call));
    return at < 0 ? undefined : left.splice(at, 1)[0]?.[1];
  };
  return restoredApp(content, { faults: { onCall }, ...options });
}

/** The nth call of a command; the first `add_rows` of each table asks whether it can be written. */
const nth = (name: string, n: number) => (call: FaultyCall) => call.name === name && call.n === n;
/** The last `close_transaction` that commits. */
const commit = ({ name, frame }: FaultyCall) =>
  name === "close_transaction" && JSON.stringify(frame["args"]) === "[false]";

/** Rows in three calls, since two of them nearly fill one; each is linked to the one before it. */
const chain = smallApp({
  chain: {
    columns: { text: "string", before: "link_single chain" },
    rows: Array.from({ length: 6 }, (_, i) => [String(i).repeat(300_000), i === 0 ? null : `[1,${i}]`]),
  },
});
/** The same with links that take two calls too. */
const longChain = smallApp({
  chain: {
    columns: { n: "number", before: "link_single chain" },
    rows: Array.from({ length: 1_100 }, (_, i) => [BigInt(i), i === 0 ? null : `[1,${i}]`]),
  },
});

async function survives(app: RestoredApp): Promise<void> {
  const result = await app.apply();
  assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
  await app.assertEqual();
}

Deno.test("a connection that is lost in a batch, before the server has seen it, is replaced", async () => {
  await using app = await faulty(chain, [[nth("table.add_rows", 3), { drop: "before" }]]);
  await survives(app);
  assert.ok(app.events.some((event) => event.type === "retry" && event.what === "connection"));
});

Deno.test("a connection that is lost after the server has written a batch leaves none of its rows behind", async () => {
  await using app = await faulty(chain, [[nth("table.add_rows", 3), { drop: "after" }]]);
  await survives(app);
});

Deno.test("a connection that is lost while links are set is replaced", async () => {
  await using app = await faulty(longChain, [[nth("row.batch_update", 2), { drop: "after" }]]);
  await survives(app);
});

Deno.test("a commit whose reply was lost is found to have taken effect", async () => {
  await using app = await faulty(chain, [[commit, { drop: "after" }]]);
  await survives(app);
  const batches = app.events.filter((event) => event.type === "rows");
  assert.equal(batches.length, 3, "no batch was sent twice");
});

Deno.test("a commit that the server never saw is waited for, and then done again", async () => {
  await using app = await faulty(chain, [[commit, { drop: "before" }]]);
  await survives(app);
  assert.ok(app.events.some((event) => event.type === "step" && event.what.startsWith("Waiting until the server")));
});

/** An app whose first commit is handled late, with the connection cut in the meantime. */
function lateCommit(delayMs: number, options: RestoredAppOptions = {}): Promise<RestoredApp> {
  return faulty(chain, [[commit, { delayMs, drop: "meanwhile" }]], options);
}

Deno.test("a commit that takes effect after the connection has gone is found", async () => {
  await using app = await lateCommit(150);
  await survives(app);
  assert.equal(app.events.filter((event) => event.type === "rows").length, 3, "no batch was sent twice");
});

Deno.test("a commit that is believed lost and comes much later leaves no row twice", async () => {
  await using app = await lateCommit(700);
  // Too impatient on purpose: the group is given up before the server has committed it.
  const result = await app.apply({ settleMs: 50 });
  assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
  assert.ok(app.events.some((event) => event.type === "warning" && event.code === "late-commit"));
  await app.assertEqual();
});

Deno.test("a server that restarts in the middle is waited for", async () => {
  await using app = await faulty(chain, []);
  let restarted: Promise<void> | null = null;
  const report = (event: { readonly type: string }) => {
    if (event.type === "rows") restarted ??= app.server.restart();
  };
  const result = await app.apply({ progress: { report, close: () => {} } });
  await restarted;
  assert.equal(result.exitCode, 0);
  await app.assertEqual();
});

Deno.test("a restore goes on when its server comes back after a minute and a half", async () => {
  await using clock = new FlowingClock();
  const AWAY_MS = 90_000;
  let backAt = 0;
  await using app = await restoredApp(chain, {
    clock,
    faults: {
      onCall: (call) => {
        if (!nth("table.add_rows", 3)(call) || backAt > 0) return undefined;
        backAt = clock.now() + AWAY_MS;
        return { drop: "before" };
      },
      onConnection: () => clock.now() < backAt ? { kind: "drop" } : undefined,
    },
  });
  const { exitCode, proof } = await app.apply({ clock });
  assert.equal(exitCode, 0, JSON.stringify(proof.differences));
  assert.ok(backAt > 0 && clock.now() >= backAt);
  await app.assertEqual();
});

Deno.test("a transaction that has expired is done again", async () => {
  const error = { type: "anvil.tables.TransactionError", message: "This transaction has expired" };
  await using app = await faulty(chain, [[nth("table.add_rows", 3), { error }]]);
  await survives(app);
  assert.ok(app.events.some((event) => event.type === "retry" && event.what.startsWith("inserting rows [1,")));
});

Deno.test("a transaction that expires while a medium is on its way is done again", async () => {
  const error = { type: "anvil.tables.TransactionError", message: "This transaction has expired" };
  let batches = 0;
  const withMedia = ({ name, frame }: FaultyCall) =>
    name === "table.add_rows" && JSON.stringify(frame["objects"]).includes("DataMedia") && ++batches === 1;
  await using app = await faulty(sampleApp(), [[withMedia, { delayMs: 50, error }]]);
  await survives(app);
});

Deno.test("an opaque error of a call with media makes the next transaction a serializable one", async () => {
  const error = { type: "anvil.server.InternalError", message: "Internal server error: 0123456789ab" };
  let failed = false;
  const isolations: unknown[] = [];
  const onCall = ({ name, frame }: FaultyCall) => {
    if (name === "open_transaction") isolations.push((frame["kwargs"] as { readonly isolation?: unknown }).isolation);
    if (failed || name !== "table.add_rows" || !JSON.stringify(frame["objects"]).includes("DataMedia")) return;
    failed = true;
    return { error };
  };
  await using app = await restoredApp(sampleApp(), { faults: { onCall } });
  await survives(app);
  // Listing, first group, and the group that worked.
  assert.deepEqual(isolations.slice(0, 3), ["relaxed", "relaxed", null]);
});

for (const where of ["a batch", "the commit"] as const) {
  Deno.test(`a conflict in ${where} is retried`, async () => {
    const error = {
      type: "anvil.tables.TransactionConflict",
      message: "Another transaction has changed this data; aborting",
    };
    await using app = await faulty(chain, [[where === "a batch" ? nth("table.add_rows", 3) : commit, { error }]]);
    await survives(app);
  });
}

Deno.test("a conflict that never ends is told, with what is in the app", async () => {
  const error = { type: "anvil.tables.TransactionConflict", message: "Another transaction has changed this data" };
  const always = Array.from(
    { length: 50 },
    () =>
      [(call: FaultyCall) => nth("table.add_rows", call.n)(call) && call.n > 1, {
        error,
      }] as const,
  );
  await using clock = new FlowingClock();
  await using app = await faulty(smallApp({ a: { columns: { n: "number" }, rows: [[1n]] } }), always, { clock });
  await assert.rejects(app.apply(), (error) => {
    assert.ok(error instanceof AnvilSqliteError);
    assert.equal(error.code, "transaction-conflict");
    assert.match(error.message, /, while inserting row \[1,1\] of table 'a'$/);
    assert.match(error.hint ?? "", /^Nothing was written to the app\./);
    return true;
  });
  assert.deepEqual(await app.rows("a"), []);
  assert.ok(!app.dir.names().includes("backup.sqlite.idmap.sqlite"), "a map that nothing was written by is removed");
});

Deno.test("a quota that is reached in the middle ends with 13, and says exactly what is in the app", async () => {
  const error = { type: "anvil.tables.QuotaExceededError", message: "Row quota exceeded" };
  const isReached = nth("table.add_rows", 1 + GROUP_ROWS + 2);
  await using app = await shortGroupsApp(8, (call) => isReached(call) ? { error } : undefined);
  await assert.rejects(app.apply(), (failure) => {
    assert.ok(failure instanceof AnvilSqliteError);
    assert.deepEqual([failure.exitCode, failure.code], [13, "quota"]);
    assert.match(failure.message, /Row quota exceeded, while inserting row \[1,7\] of table 'a'$/);
    assert.equal(failure.hint, "In the app now: 'a' 5 of 8 rows. GO ON OR UNDO");
    return true;
  });
  assert.equal((await app.rows("a")).length, GROUP_ROWS);
  assert.equal((await app.apply({}, true)).exitCode, 0);
  await app.assertEqual();
});

Deno.test("a client key and a DB-read key are refused before anything else", async () => {
  await using app = await restoredApp(chain, { clientKey: "client_TESTTESTTEST", readKey: "read_TESTTESTTEST" });
  await assert.rejects(app.plan({ key: "client_TESTTESTTEST" }), { exitCode: 12, code: "client-key" });
  await assert.rejects(app.plan({ key: "read_TESTTESTTEST" }), { exitCode: 12, code: "not-writable-key" });
  await assert.rejects(app.plan({ key: "server_WRONG" }), { exitCode: 11 });
  assert.equal((await app.plan({ key: TEST_KEY })).rows, 6);
});

Deno.test("a table that may not be written is found before anything is written to any other", async () => {
  const content = smallApp({
    first: { columns: { n: "number" }, rows: [[1n]] },
    second: { columns: { n: "number" }, rows: [[2n]], server: "search" },
  });
  await using app = await restoredApp(content);
  await assert.rejects(app.apply(), {
    exitCode: 12,
    code: "not-writable",
    message: "Server code may not write to table 'second'",
  });
  assert.deepEqual(await app.rows("first"), []);
});

Deno.test("a server that does not answer a write is asked again on another connection", async () => {
  await using app = await faulty(chain, [[nth("table.add_rows", 3), { silent: true }]]);
  // The call is given up, and another connection does it again.
  const result = await app.apply({ limits: { ...LIMITS, callMs: 20_000 } });
  assert.equal(result.exitCode, 0);
  await app.assertEqual();
});

Deno.test("an app that has lost a column meanwhile is not written to any more", async () => {
  let app: RestoredApp | null = null;
  const restarting = (call: FaultyCall) => {
    if (nth("table.add_rows", 2)(call)) void app?.server.restart();
    return false;
  };
  const edit = (engine: Engine) => engine.run("DELETE FROM _anvil_columns WHERE name = 'text'");
  await using restored = await faulty(chain, [
    [restarting, {}],
    [({ name, connection }) => name === "get_app_tables" && connection === 2, { edit }],
  ]);
  app = restored;
  await assert.rejects(restored.apply(), {
    code: "app-changed",
    exitCode: 5,
    message:
      'The app has changed since the restore was planned: Column "text" of table "chain" is not in the app, while ' +
      "inserting rows [1,1] to [1,2] of table 'chain'",
  });
});
