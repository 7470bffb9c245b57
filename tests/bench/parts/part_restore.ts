/**
 * The way back: a restore into `serve --writable`, several calls in flight, and the speed of `verify`.
 */
import type { BenchPlan } from "../plan.ts";
import { fresh, runProgram, runScript, startScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";
import type { RestoreCost } from "../scripts/restore_client.ts";

/** Measures it. */
export async function measureRestore(plan: BenchPlan): Promise<readonly Measurement[]> {
  const { long } = plan;
  heading("Restore into an empty app, which serve lets write");
  const [rows, media] = [long ? 100_000 : 20_000, long ? 2_000 : 500];
  const found = [
    await measureRestoreOf(plan, `${rows} rows`, "usual", rows, 0),
    await measureRestoreOf(plan, `${media} × 2 kB media`, "media", media, 2_000),
  ];
  heading("Verify");
  found.push(
    await measureVerify(plan, "rows alone", "usual", long ? 1_000_000 : 100_000, 0),
    ...(long ? [await measureVerify(plan, "rows alone", "usual", 5_000_000, 0)] : []),
    await measureVerify(plan, "10,000 media of 2 kB", "media", 10_000, 2_000),
    await measureVerify(plan, "200 media of 1 MB", "media", 200, 1_000_000),
  );
  return found;
}

async function measureRestoreOf({ runs, folder }: BenchPlan, name: string, kind: string, count: number, size: number) {
  return await measure("restore", name, runs, () =>
    fresh(folder, async (path) => {
      await runScript("build_app.ts", path, kind, `${count}`, `${size}`);
      await using app = await startScript("serve_empty.ts", path);
      const [url = "", key = ""] = app.url.split(" ");
      const cost = await runScript<RestoreCost>("restore_client.ts", url, key, path);
      return {
        "written/s": count / cost.writtenSeconds,
        "written and proven/s": count / cost.provenSeconds,
        "MB peak": cost.peakMB,
      };
    }));
}

async function measureVerify({ runs, folder }: BenchPlan, name: string, kind: string, count: number, size: number) {
  const archive = `${folder}/verified.sqlite`;
  await runScript("build_app.ts", archive, kind, `${count}`, `${size}`);
  const { size: bytes } = await Deno.stat(archive);
  const measurement = await measure("verify", `${name}: ${Math.round(bytes / 1e6)} MB`, runs, async () => {
    const { seconds, peakMB } = await runProgram("verify", archive);
    return { "MB/s": bytes / seconds / 1e6, s: seconds, "MB peak": peakMB };
  });
  await Deno.remove(archive);
  return measurement;
}
