/**
 * The server loses its connection to the database, as when PostgreSQL is restarted or a session is ended there: the same
 * patience as for a lost socket and an expired transaction, whatever was being done.
 */
import assert from "node:assert/strict";
import { openIdMap } from "../../lib/id_map/id_map.ts";
import { planUndo } from "../../lib/restore/run/undo_restore.ts";
import { verifyLive } from "../../lib/verify/verify_live.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { fullApp, MANY, THINGS } from "../fixtures/apps/full_app.ts";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import type { FaultAction, Faults, FaultyCall } from "../fixtures/faults/faults.ts";
import { assertComplete, backupWith, READ_KEY, retries } from "../fixtures/running/faulty_backup.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";
import { backupOptions, serveApp } from "../fixtures/running/served_app.ts";

const LOST: FaultAction = {
  error: {
    type: "anvil.tables.TableError",
    message: "Internal database error: This connection has been closed",
  },
};

/** The first calls of a name fail; how many, and of which. */
function lost(name: string, count = 1, which: (call: FaultyCall) => boolean = () => true): Faults {
  let left = count;
  return { onCall: (call) => call.name === name && left > 0 && which(call) ? (left--, LOST) : undefined };
}

const DURING_THE_START = ["open_transaction", "get_app_tables", "table.list_columns"] as const;
const DURING_THE_COPY = ["search.get_length", "search.next_page"] as const;

for (const name of DURING_THE_START) {
  Deno.test(`a database connection lost at ${name}, before anything is copied: begun again, complete`, () =>
    backupWith(lost(name), async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.ok(retries(outcome).length > 0);
    }));
}

for (const name of DURING_THE_COPY) {
  Deno.test(`a database connection lost at ${name}: a new transaction goes on, the file says resumed`, () =>
    backupWith(lost(name), async (outcome) => {
      await assertComplete(outcome, "resumed");
      assert.equal(retries(outcome).length, 1);
    }));
}

Deno.test("a database connection lost at a medium: fetched again, in the same snapshot", () =>
  backupWith(lost("fetch_lazy_media", 3), async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual([...new Set(retries(outcome))], ["fetching a medium"]);
  }));

Deno.test("a database connection lost at the end of a backup: nothing was to be committed, complete", () =>
  backupWith(lost("close_transaction"), (outcome) => assertComplete(outcome, "consistent")));

for (const name of [...DURING_THE_START.slice(1), ...DURING_THE_COPY]) {
  Deno.test(`a database connection lost at ${name} without a transaction: that call alone is made again`, () =>
    backupWith(lost(name, 2), ({ result, error, ...outcome }) => {
      assert.equal(result?.exitCode, 0, String(error));
      assert.equal(result.snapshot, "per-table");
      assert.equal(retries({ result, error, ...outcome }).length, 2);
    }, { backup: { key: READ_KEY, media: false } }));
}

Deno.test("a database connection lost at every page: exit 1 after eighteen transactions that bring nothing, partial kept", () =>
  backupWith(lost("search.next_page", Infinity), ({ error, files }) => {
    assert.deepEqual([error?.code, error?.exitCode], ["transaction-lost", 1]);
    assert.deepEqual(files, ["copy.sqlite.partial"]);
  }));

const WRITES = [
  "open_transaction",
  "get_app_tables",
  "table.add_rows",
  "row.batch_update",
  "close_transaction",
] as const;

for (const name of WRITES) {
  Deno.test(`a database connection lost at ${name} of a restore: done again, each row once`, async () => {
    await using clock = new FlowingClock();
    // The listing's own transaction is the first, the question whether tables can be written comes next.
    let seen = 0;
    await using app = await restoredApp(fullApp(), {
      clock,
      faults: { onCall: (call) => call.name === name && (++seen === 2 || seen === 5) ? LOST : undefined },
    });
    const { exitCode, proof } = await app.apply({ clock, settleMs: 16_000 });
    assert.equal(exitCode, 0, JSON.stringify(proof.differences));
    await app.assertEqual();
  });
}

for (const name of ["search.get_length", "search.next_page"] as const) {
  Deno.test(`a database connection lost at ${name} while a restore is planned and proved: asked again`, async () => {
    await using clock = new FlowingClock();
    const content = fullApp();
    const faults = { onCall: (call: FaultyCall) => call.name === name && call.n % 2 === 1 ? LOST : undefined };
    await using app = await restoredApp(content, { into: content, clock, faults });
    const plan = await app.plan({ mode: "missing", clock });
    assert.deepEqual(plan.tables.map(({ inserts, skips }) => [inserts, skips]), [[0, THINGS], [0, MANY]]);
  });
}

Deno.test("a socket lost while a restore is planned: planned again from its beginning", async () => {
  await using clock = new FlowingClock();
  const content = fullApp();
  const faults = {
    onCall: ({ name, n }: FaultyCall): FaultAction | undefined =>
      name === "search.next_page" && n === 2 ? { drop: "before" } : undefined,
  };
  await using app = await restoredApp(content, { into: content, clock, faults });
  const plan = await app.plan({ mode: "missing", clock });
  assert.deepEqual(plan.tables.map(({ inserts, skips }) => [inserts, skips]), [[0, THINGS], [0, MANY]]);
});

Deno.test("a database connection, then a socket lost while a restore is undone: deleted all the same", async () => {
  await using clock = new FlowingClock();
  let deletions = 0;
  const onCall = ({ name }: FaultyCall): FaultAction | undefined => {
    if (name !== "row.batch_delete_2") return undefined;
    deletions++;
    return deletions === 1 ? LOST : deletions === 3 ? { drop: "after" } : undefined;
  };
  await using app = await restoredApp(fullApp(), { clock, faults: { onCall } });
  await app.apply({ clock });
  using archive = await openArchive(app.path);
  using idMap = await openIdMap(app.mapPath);
  await using undoing = await planUndo(app.options(archive, { clock }), idMap);
  assert.equal((await undoing.apply()).deleted, THINGS + MANY);
  assert.deepEqual([await app.rows("things"), await app.rows("many")], [[], []]);
});

Deno.test("a database connection lost while doctor and tables look: asked again, all is well", async () => {
  await using clock = new FlowingClock();
  const names = new Set<string>();
  const all = () => ["open_transaction", "table.list_columns", "search.get_length", "search.next_page"];
  // The first call of each.
  const onCall = ({ name }: FaultyCall) => names.delete(name) ? LOST : undefined;
  await using app = await serveApp(faultApp(), { clock, faults: { onCall } });
  for (const command of ["doctor", "tables"]) {
    all().forEach((name) => names.add(name));
    const { code, out, err } = await runHere([command], { clock, variables: variablesFor(app.server.url) });
    assert.equal(code, 0, out + err);
  }
});

Deno.test("a database connection lost while verify --live reads: read again, and nothing differs", async () => {
  await using clock = new FlowingClock();
  let armed = false;
  const onCall = ({ name, n }: FaultyCall) => armed && name === "search.next_page" && n % 5 === 0 ? LOST : undefined;
  await using app = await serveApp(faultApp(), { clock, faults: { onCall } });
  const { path } = await app.backup({ clock });
  armed = true;
  using file = await openArchive(path);
  const { findings, read } = await verifyLive(file, { ...backupOptions(app.server.url, "", () => {}), clock }, {
    media: true,
    digestsChecked: true,
  });
  assert.deepEqual(findings, []);
  assert.equal(read.exitCode, 0);
});
