/**
 * A backup against `serve`, beside a client that only receives the same replies.
 */
import type { BackupCost } from "./backup_client.ts";
import { BENCH_KEY, type BenchPlan } from "./plan.ts";
import { type Cost, fresh, runScript, type Server, startScript } from "./processes.ts";
import { heading, measure, type Measurement } from "./report.ts";

/** Measures it. */
export async function measureServe({ long, runs, folder }: BenchPlan): Promise<readonly Measurement[]> {
  const rows = long ? 1_000_000 : 100_000;
  const archive = `${folder}/served.sqlite`;
  {
    await using replay = await startScript("replay_server.ts", `${rows}`);
    await runScript("backup_client.ts", replay.url, "key", archive);
  }
  heading(`Against serve: ${rows} rows`);
  const bare = await measure(
    "serve",
    "a bare client, which only receives",
    runs,
    () =>
      withServer(archive, async (server) => {
        const cost = await runScript<Cost & { readonly seconds: number }>(
          "bare_client.ts",
          server.url,
          BENCH_KEY,
          `${rows}`,
        );
        return figures(rows, cost.seconds, cost, server);
      }),
  );
  const backup = await measure("serve", "a backup", runs, () =>
    withServer(archive, async (server) => {
      const cost = await fresh(
        folder,
        (path) => runScript<BackupCost>("backup_client.ts", server.url, BENCH_KEY, path),
      );
      return figures(rows, cost.seconds, cost, server);
    }));
  await Deno.remove(archive);
  console.log(`  ${percent(backup, bare)} % of the bare client's speed`);
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

function percent(part: Measurement, whole: Measurement): string {
  return ((part.figures["rows/s"] ?? NaN) / (whole.figures["rows/s"] ?? NaN) * 100).toFixed(1);
}
