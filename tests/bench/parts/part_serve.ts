/**
 * A backup against `serve`, beside a client that only receives the same replies.
 */
import type { BackupCost } from "../scripts/backup_client.ts";
import { BENCH_KEY, type BenchPlan } from "../plan.ts";
import { type Cost, fresh, runScript, type Server, startScript } from "../processes.ts";
import { heading, measureInTurn, type Measurement } from "../report.ts";

/** Measures it. */
export async function measureServe({ long, runs, folder, pace }: BenchPlan): Promise<readonly Measurement[]> {
  const rows = long ? 1_000_000 : 100_000;
  const archive = `${folder}/served.sqlite`;
  {
    await using replay = await startScript("replay_server.ts", `${rows}`);
    await runScript("backup_client.ts", replay.url, "key", archive);
  }
  heading(`Against serve: ${rows} rows`);
  const bareRun = (server: Server) =>
    runScript<Cost & { readonly seconds: number }>("bare_client.ts", server.url, BENCH_KEY, `${rows}`);
  const backupRun = (server: Server) =>
    fresh(folder, (path) => runScript<BackupCost>("backup_client.ts", server.url, BENCH_KEY, path, pace));
  const [bare, backup] = await measureInTurn("serve", runs, [
    ["a bare client, which only receives", () =>
      withServer(archive, async (server) => {
        const cost = await bareRun(server);
        return figures(rows, cost.seconds, cost, server);
      })],
    ["a backup", () =>
      withServer(archive, async (server) => {
        const cost = await backupRun(server);
        return { "rows/s until the last": rows / cost.rowSeconds, ...figures(rows, cost.seconds, cost, server) };
      })],
  ]);
  if (bare === undefined || backup === undefined) throw new Error("Nothing was measured");
  await Deno.remove(archive);
  const whole = percent(backup, "rows/s", bare);
  const copying = percent(backup, "rows/s until the last", bare);
  console.log(`  ${whole} % of the bare client's speed; ${copying} % until the last row is written, before the checks`);
  return [bare, backup];
}

async function withServer<T>(archive: string, use: (server: Server) => Promise<T>): Promise<T> {
  await using server = await startScript("serve_app.ts", archive);
  return await use(server);
}

function figures(rows: number, seconds: number, client: Cost, server: Server) {
  return {
    "rows/s": rows / seconds,
    "µs client CPU/row": client.cpuSeconds / rows * 1e6,
    "µs server CPU/row": server.cost().cpuSeconds / rows * 1e6,
    "MB client peak": client.peakMB,
  };
}

function percent(part: Measurement, figure: string, whole: Measurement): string {
  return ((part.figures[figure] ?? NaN) / (whole.figures["rows/s"] ?? NaN) * 100).toFixed(1);
}
