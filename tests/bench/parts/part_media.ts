/**
 * Media from `serve`, small and large, with duplicates, with added latency, and one at a time for comparison.
 */
import type { BackupCost } from "../scripts/backup_client.ts";
import { BENCH_KEY, type BenchPlan } from "../plan.ts";
import { fresh, runScript, startScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";

interface MediaCase {
  readonly name: string;
  readonly kind: "media" | "twice";
  readonly count: number;
  readonly size: number;
  /** Milliseconds of a round trip. */
  readonly latencies: readonly number[];
  /** Whether it is also fetched one at a time, as a comparison. */
  readonly compared: boolean;
}

const MEGABYTE = 1_000_000;

function casesOf(long: boolean): readonly MediaCase[] {
  const latencies = [0, 20, 100];
  const small = long ? 2_000 : 500;
  return [
    { name: `${small} × 2 kB`, kind: "media", count: small, size: 2_000, latencies, compared: true },
    {
      name: "200 × 1 MB",
      kind: "media",
      count: 200,
      size: MEGABYTE,
      latencies: long ? latencies : [0],
      compared: false,
    },
    ...(long
      ? [
        { name: "1 × 1 GB", kind: "media", count: 1, size: 1_000 * MEGABYTE, latencies: [0], compared: false } as const,
        {
          name: "10,000, half of them twice",
          kind: "twice",
          count: 10_000,
          size: 2_000,
          latencies,
          compared: false,
        } as const,
      ]
      : []),
  ];
}

/** Measures it. */
export async function measureMedia({ long, runs, folder, pace }: BenchPlan): Promise<readonly Measurement[]> {
  heading("Media from serve");
  const found: Measurement[] = [];
  for (const { name, kind, count, size, latencies, compared } of casesOf(long)) {
    const archive = `${folder}/media.sqlite`;
    await runScript("build_app.ts", archive, kind, `${count}`, `${size}`);
    await using server = await startScript("serve_app.ts", archive);
    for (const latency of latencies) {
      await using far = latency === 0 ? null : await startScript("delay_proxy.ts", server.url, `${latency}`);
      const url = far?.url ?? server.url;
      const title = `${name}, ${latency} ms`;
      if (compared) {
        // One run: it takes a minute and more, and a round trip each is all that it is.
        found.push(
          await measure("media", `${title}, one at a time`, 1, async () => {
            const { media, seconds } = await runScript<{ media: number; seconds: number }>(
              "media_client.ts",
              url,
              BENCH_KEY,
            );
            return { "media/s": media / seconds, s: seconds };
          }),
        );
      }
      found.push(
        await measure("media", title, runs, async () => {
          const cost = await fresh(
            folder,
            (path) => runScript<BackupCost>("backup_client.ts", url, BENCH_KEY, path, pace),
          );
          return {
            "media/s": cost.media / cost.seconds,
            s: cost.seconds,
            "MB/s": count * size / cost.seconds / MEGABYTE,
            "MB peak": cost.peakMB,
          };
        }),
      );
    }
    await Deno.remove(archive);
  }
  return found;
}
