/**
 * Apps of odd shapes: many small tables, many columns, large cells; and what latency costs a run of several tables.
 */
import type { BackupCost } from "../scripts/backup_client.ts";
import type { PaceName } from "../../../lib/backup/copy/pace.ts";
import { BENCH_KEY, type BenchPlan } from "../plan.ts";
import { fresh, runScript, startScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";

/** Name, kind, count and size of what is built. */
type Shape = readonly [name: string, kind: string, count: number, size: number];

const SHAPES: readonly Shape[] = [
  ["500 tables of 20 rows", "tables", 500, 20],
  ["10,000 rows of 119 columns", "wide", 10_000, 119],
  ["50 objects of 1 MB", "objects", 50, 1_000_000],
];
const FEW_TABLES: Shape = ["10 tables of 1,000 rows", "tables", 10, 1_000];
const LATENCY_MS = 100;

/** Measures it. */
export async function measureShapes({ runs, folder, pace }: BenchPlan): Promise<readonly Measurement[]> {
  heading("Shapes of apps, from serve");
  const found: Measurement[] = [];
  for (const shape of SHAPES) {
    found.push(
      await served(folder, shape, (url) => measure("shapes", shape[0], runs, () => backUp(folder, url, pace))),
    );
  }
  const costs = `${FEW_TABLES[0]}: what ${LATENCY_MS} ms of latency cost`;
  found.push(
    await served(folder, FEW_TABLES, async (url) => {
      await using far = await startScript("delay_proxy.ts", url, `${LATENCY_MS}`);
      return await measure("shapes", costs, runs, async () => {
        const near = await backUp(folder, url, pace);
        return { s: (await backUp(folder, far.url, pace)).s - near.s };
      });
    }),
  );
  return found;
}

async function served<T>(folder: string, [, kind, count, size]: Shape, use: (url: string) => Promise<T>): Promise<T> {
  const archive = `${folder}/shape.sqlite`;
  try {
    await runScript("build_app.ts", archive, kind, `${count}`, `${size}`);
    await using server = await startScript("serve_app.ts", archive);
    return await use(server.url);
  } finally {
    await Deno.remove(archive);
  }
}

async function backUp(folder: string, url: string, pace: PaceName) {
  const cost = await fresh(folder, (path) => runScript<BackupCost>("backup_client.ts", url, BENCH_KEY, path, pace));
  return { s: cost.seconds, "s CPU": cost.cpuSeconds, "MB peak": cost.peakMB };
}
