/**
 * An app in use: others hold the database connections of its server, of which it has few. A backup holds one for its
 * snapshot, and each medium of classic storage needs another for a moment. The snapshot lives, whoever has to wait.
 */
import assert from "node:assert/strict";
import { PACES } from "../../lib/backup/copy/pace.ts";
import type { Clock } from "../../lib/clock.ts";
import { openTransaction } from "../../lib/tables/transaction.ts";
import { connect, type Connection } from "../../lib/uplink/connection.ts";
import { LIMITS } from "../../lib/uplink/limits.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { faultApp, FILES } from "../fixtures/apps/fault_app.ts";
import { assertComplete, backupWith, type FaultyOptions, retries } from "../fixtures/running/faulty_backup.ts";
import type { FaultAction, FaultyCall } from "../fixtures/faults/faults.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../fixtures/running/served_app.ts";

/** Database connections of the server. */
const POOL = 4;
const MEDIUM = "fetch_lazy_media";
const PAGE = "search.next_page";

/** Another program, which holds database connections. */
class Others {
  #connection: Connection | null = null;
  #clock: Clock | null = null;
  #leave = () => Promise.resolve();

  /** Options of a backup beside which they hold so many, for a while or until the end. */
  beside(count: number, leaveAfterMs = Infinity, options: FaultyOptions = {}): FaultyOptions {
    const prepare = async (app: ServedApp, clock: Clock) => {
      const connection = await connect({ url: app.server.url, key: TEST_KEY, clock, limits: LIMITS });
      this.#connection = connection;
      this.#clock = clock;
      await this.hold(count);
      const cancel = leaveAfterMs === Infinity ? () => {} : clock.after(leaveAfterMs, () => void connection.close());
      this.#leave = async () => {
        cancel();
        await connection.close();
      };
    };
    return { ...options, serve: { poolSize: POOL, ...options.serve }, prepare };
  }

  async hold(count: number): Promise<void> {
    if (this.#connection === null || this.#clock === null) return;
    for (let i = 0; i < count; i++) await openTransaction(this.#connection, this.#clock);
  }

  leave(): Promise<void> {
    return this.#leave();
  }
}

for (const pace of PACES) {
  Deno.test(`three of four database connections in use (${pace}): media wait for the rows, the snapshot lives`, async () => {
    const others = new Others();
    // Long enough for a medium to be refused while rows still come.
    const slowly = { onCall: ({ name, n }: FaultyCall) => name === PAGE ? { delayMs: n * 3_000 } : undefined };
    await backupWith(slowly, async (outcome) => {
      await others.leave();
      await assertComplete(outcome, "consistent");
      const beforeLast = outcome.calls.slice(0, outcome.calls.lastIndexOf(PAGE));
      assert.ok(beforeLast.filter((name) => name === MEDIUM).length <= (pace === "gentle" ? 0 : 1), String(beforeLast));
      assert.deepEqual(retries(outcome), []);
    }, others.beside(POOL - 1, Infinity, { backup: { pace } }));
  });
}

for (const pace of PACES) {
  Deno.test(`four backups of one app at once (${pace}), which take all database connections: each of one moment`, async () => {
    await using clock = new FlowingClock();
    await using app = await serveApp(faultApp(), { clock, poolSize: POOL, admissionMs: 120_000 });
    const runs = Array.from(
      { length: POOL },
      (_, i) => app.backup({ clock, pace, destination: { kind: "file", path: app.dir.file(`copy ${i}.sqlite`) } }),
    );
    for (const { exitCode, snapshot, media } of await Promise.all(runs)) {
      assert.deepEqual([exitCode, snapshot, media], [0, "consistent", FILES]);
    }
  });
}

Deno.test("all database connections in use for a minute: waited for, told, complete", async () => {
  const others = new Others();
  await backupWith({}, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.deepEqual([...new Set(retries(outcome))], ["opening a transaction"]);
  }, others.beside(POOL, 60_000));
});

Deno.test("all database connections in use for good: exit 13 after five minutes, in a sentence, no file", async () => {
  const others = new Others();
  await backupWith({}, ({ error, files }) => {
    assert.deepEqual([error?.code, error?.exitCode, files], ["server-full", 13, []]);
    assert.match(error?.message ?? "", /Others use all database connections of the app's server/);
  }, others.beside(POOL));
  await others.leave();
});

Deno.test("all database connections in use once the rows are copied: one medium asks again for all of them, complete", async () => {
  const others = new Others();
  const holdAll = ({ name, n }: FaultyCall): FaultAction | undefined => {
    if (name !== MEDIUM || n < 6) return undefined;
    if (n === 6) void others.hold(POOL);
    return { delayMs: 1_000 };
  };
  await backupWith({ onCall: holdAll }, async (outcome) => {
    await others.leave();
    await assertComplete(outcome, "consistent");
    const asked = outcome.calls.filter((name) => name === MEDIUM).length;
    assert.ok(asked > FILES && asked < FILES + 20, `asked ${asked} times for ${FILES} media`);
    assert.deepEqual([...new Set(retries(outcome))], ["fetching a medium"]);
  }, others.beside(0, 60_000));
});

Deno.test("a server with one database connection and Faster Storage: its media are fetched in the snapshot", () =>
  backupWith({}, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.ok(outcome.calls.lastIndexOf(MEDIUM) < outcome.calls.indexOf("close_transaction"));
    assert.deepEqual(retries(outcome), []);
  }, { serve: { poolSize: 1, storage: "split" } }));
