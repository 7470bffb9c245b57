/**
 * What another user of the app feels of a backup at each pace, and what that costs: `serve` made as slow as a real server
 * of two cores, and a second client that makes a small search again and again.
 */
import { PACES } from "../../../lib/backup/copy/pace.ts";
import { listTables } from "../../../lib/tables/listing.ts";
import { readPage } from "../../../lib/tables/read/page.ts";
import { tableReader } from "../../../lib/tables/read/table_reader.ts";
import { freshStack } from "../../../lib/tables/transaction.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import type { BackupCost } from "../scripts/backup_client.ts";
import { BENCH_KEY, type BenchPlan } from "../plan.ts";
import { fresh, runScript, startScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";

/** Rows of a small search, and the pause behind it. */
const SEARCH = { rows: 5, pauseMs: 20 } as const;
/** Searches while nothing else is done. */
const IDLE_SEARCHES = 300;

/** Measures it. */
export async function measurePace({ long, runs, folder }: BenchPlan): Promise<readonly Measurement[]> {
  const rows = long ? 500_000 : 150_000;
  const archive = `${folder}/paced.sqlite`;
  await runScript("build_app.ts", archive, "usual", `${rows}`);
  heading(`Being a guest: a small search every ${SEARCH.pauseMs} ms beside a backup of ${rows} rows`);
  await using server = await startScript("serve_app.ts", archive);
  await using slow = await startScript("slow_server.ts", server.url);
  const found = [
    await measure("pace", "idle", runs, async () => {
      let left = IDLE_SEARCHES;
      return shares(await searches(slow.url, () => left-- > 0));
    }),
  ];
  for (const pace of PACES) {
    found.push(
      await measure("pace", pace, runs, async () => {
        let isOver = false;
        const backup = fresh(folder, async (path) => {
          const cost = await runScript<BackupCost>("backup_client.ts", slow.url, BENCH_KEY, path, pace);
          isOver = true;
          return cost;
        });
        const [times, cost] = await Promise.all([searches(slow.url, () => !isOver), backup]);
        return { "rows/s": rows / cost.rowSeconds, ...shares(times) };
      }),
    );
  }
  const [idle, ...paces] = found;
  const fastest = paces.at(-1)?.figures["rows/s"] ?? NaN;
  for (const { name, figures } of paces) {
    const times = (figures["p99 ms"] ?? NaN) / (idle?.figures["p99 ms"] ?? NaN);
    const speed = (figures["rows/s"] ?? NaN) / fastest * 100;
    console.log(
      `  ${name}: p99 of the search ${times.toFixed(1)} × idle, at ${speed.toFixed(0)} % of the speed of fast`,
    );
  }
  await Deno.remove(archive);
  return found;
}

/** Milliseconds of one search after the other, as long as it goes on. */
async function searches(url: string, goesOn: () => boolean): Promise<readonly number[]> {
  await using connection = await connect({ url, key: BENCH_KEY });
  const stack = freshStack("guest");
  const [table] = await listTables(connection, stack);
  if (table === undefined) throw new Error("The app has no table");
  const reader = tableReader(table, []);
  const times: number[] = [];
  while (goesOn()) {
    const began = performance.now();
    await readPage(connection, stack, reader, { after: null, rows: SEARCH.rows });
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, SEARCH.pauseMs));
  }
  return times;
}

function shares(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { "median ms": at(0.5), "p90 ms": at(0.9), "p99 ms": at(0.99) };
}
