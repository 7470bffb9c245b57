/** How a pace learns of a server that is slow, and what then becomes of the pages that are asked for. */
import assert from "node:assert/strict";
import { copyTables } from "../../../lib/backup/copy/copy_tables.ts";
import { Pace } from "../../../lib/backup/copy/pace.ts";
import { keepPace } from "../../../lib/backup/copy/pace_keeper.ts";
import { RowRange } from "../../../lib/backup/copy/row_range.ts";
import { TableCopy } from "../../../lib/backup/copy/table_copy.ts";
import { archiveLayout } from "../../../lib/ddl/lay_out_archive.ts";
import { listTables } from "../../../lib/tables/listing.ts";
import { tableReader } from "../../../lib/tables/read/table_reader.ts";
import { freshStack } from "../../../lib/tables/transaction.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import { PATIENCE } from "../../../lib/uplink/limits.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { FlowingClock } from "../../fixtures/clocks/flowing_clock.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { serveApp, TEST_KEY } from "../../fixtures/running/served_app.ts";

const TABLES = 12;
const app = smallApp(Object.fromEntries(
  Array.from({ length: TABLES }, (_, i) => [`table_${i}`, { columns: { text: "string" }, rows: [["one"]] }]),
));

/** Waits for what comes over a socket while the clock stands still. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("a gentle pace asks the server for next to nothing twice a second while anything comes, and learns how long that took", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const delayMs = 2_000;
  const onCall = ({ name }: { name: string }) => name === "echo" ? (++asked > 1 ? { delayMs } : {}) : undefined;
  await using served = await serveApp(app, { clock, faults: { onCall } });
  await using connection = await connect({ url: served.server.url, key: TEST_KEY, clock });
  const took: number[] = [];
  class Learning extends Pace {
    override answered(ms: number): void {
      took.push(ms);
      super.answered(ms);
    }
  }
  const pace = new Learning("gentle");
  const stop = keepPace(connection, clock, pace);
  await until(() => took.length === 1);
  let heard = 0;
  // Something else comes meanwhile.
  const hear = async () => {
    await connection.call({ command: "anvil.private.reset_session", args: [] }).catch(() => {});
    heard++;
  };
  for (const count of [2, 3]) {
    clock.advance(250);
    await hear();
    clock.advance(250);
    await until(() => asked === count);
    clock.advance(delayMs);
    await until(() => took.length === count);
  }
  assert.deepEqual([took, heard], [[0, delayMs, delayMs], 2]);
  assert.equal(pace.pages, 1);
  // Nothing comes any more: it is asked half as often.
  clock.advance(500);
  await until(() => asked === 4);
  clock.advance(delayMs);
  await until(() => took.length === 4);
  clock.advance(500);
  assert.equal(asked, 4);
  clock.advance(500);
  await until(() => asked === 5);
  stop();
  clock.advance(10_000);
  assert.equal(keepPace(connection, clock, new Pace("fast"))(), undefined);
  assert.equal(asked, 5);
});

/** How long the server works at a page. */
const DELAY_MS = 5_000;

/** Copies all tables at a pace: when pages were asked for, and how many of them the server had at once at most. */
async function copyAt(pace: Pace) {
  await using clock = new FlowingClock();
  const times: number[] = [];
  let most = 0;
  const copies: TableCopy[] = [];
  const onCall = ({ name }: { name: string }) => {
    if (name !== "search.next_page") return undefined;
    const now = clock.monotonic();
    times.push(now);
    most = Math.max(most, times.filter((at) => at > now - DELAY_MS).length);
    return { delayMs: DELAY_MS };
  };
  await using served = await serveApp(app, { clock, admissionMs: 120_000, faults: { onCall } });
  await using connection = await connect({ url: served.server.url, key: TEST_KEY, clock });
  const stack = freshStack("read");
  const listed = await listTables(connection, stack);
  for (const plan of archiveLayout(app.schema).plan.tables) {
    const table = listed.find(({ name }) => name === plan.table.name);
    assert.ok(table !== undefined);
    const reader = tableReader(table, plan.columns.map(({ column }) => column));
    copies.push(new TableCopy(plan, reader, 1, [new RowRange(null, null)], 0));
  }
  await copyTables(copies, {
    clock,
    connection,
    stack,
    write: () => {},
    pace,
    rule: PATIENCE.call,
    roomForMedia: () => Promise.resolve(),
    tableFailed: (_copy, error) => Promise.reject(error),
  });
  assert.equal(times.length, TABLES);
  return { most, pauses: times.slice(1).map((at, i) => at - (times[i] ?? 0)) };
}

Deno.test("a gentle backup asks for two pages at a time while the server is quick, a fast one for all there are", async () => {
  assert.equal((await copyAt(new Pace("gentle"))).most, 2);
  assert.equal((await copyAt(new Pace("fast"))).most, TABLES);
});

Deno.test("a gentle backup asks for one page at a time, and rests behind each, while the server is slow", async () => {
  const pace = new Pace("gentle");
  for (const ms of [1, 900, 900, 900, 900, 900, 900, 900, 900]) pace.answered(ms);
  assert.equal(pace.pauseMs, 400);
  const { most, pauses } = await copyAt(pace);
  assert.equal(most, 1);
  assert.ok(pauses.every((ms) => ms >= DELAY_MS + 400), String(pauses));
});
