/** How the highest row id of a table is found over a real socket. */
import assert from "node:assert/strict";
import { findHighestRow } from "../../../lib/backup/copy/highest_row.ts";
import { listTables } from "../../../lib/tables/listing.ts";
import { tableReader } from "../../../lib/tables/read/table_reader.ts";
import { freshStack } from "../../../lib/tables/transaction.ts";
import { systemClock } from "../../../lib/clock.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import { LIMITS } from "../../../lib/uplink/limits.ts";
import { serveApp, TEST_KEY } from "../../fixtures/running/served_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";

/** An app whose table has rows with just these ids. */
function appWithIds(ids: readonly string[]): ArchiveContent {
  const app = smallApp({ t: { columns: { n: "number" }, rows: [] } });
  return { ...app, rows: new Map([["t", ids.map((id) => ({ id, cells: [1n] }))]]) };
}

/** What a search tells: its estimates. */
async function estimates(ids: readonly string[], atOnce = 32): Promise<readonly string[]> {
  await using app = await serveApp(appWithIds(ids));
  const connection = await connect({ url: app.server.url, key: TEST_KEY, clock: systemClock, limits: LIMITS });
  try {
    const stack = freshStack("read");
    const [table] = await listTables(connection, stack);
    assert.ok(table !== undefined && table.capability !== null);
    const told: string[] = [];
    await findHighestRow(connection, stack, tableReader(table, []), atOnce, (id) => told.push(id));
    return told;
  } finally {
    await connection.close();
  }
}

Deno.test("an empty table has no highest row", async () => {
  assert.deepEqual(await estimates([]), []);
});

Deno.test("the highest of few rows is told exactly", async () => {
  assert.deepEqual((await estimates(["1", "7"])).at(-1), "7");
});

Deno.test("each estimate is a row's own id, closer than the one before, the last within a block of the digest", async () => {
  const ids = Array.from({ length: 400 }, (_, i) => String(1_000 + i * 37 + (i > 200 ? 5_000_000 : 0)));
  const told = await estimates(ids);
  const highest = Number(ids.at(-1));
  assert.ok(told.every((id) => ids.includes(id)));
  assert.deepEqual([...told].sort((a, b) => Number(a) - Number(b)), told);
  assert.ok(highest - Number(told.at(-1)) <= 4_096, told.join());
});

Deno.test("ids beyond 2^53 are found exactly too", async () => {
  assert.equal((await estimates(["9007199254740993", "9223372036854775806"])).at(-1), "9223372036854775806");
});
