/**
 * Putting rows back where they are: 10,000 changed rows of 1,000,000, lying together or scattered, and the plan for one row of
 * a file of 1 GB.
 */
import { BENCH_KEY, type BenchPlan } from "../plan.ts";
import { costOf, runProgram, runScript, startScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";
import type { RestoreCost } from "../scripts/restore_client.ts";
import { FIRST_ID, TABLE_ID } from "../usual_rows.ts";

const ROWS = 1_000_000;
const CHANGED = 10_000;
const MEGABYTES = 770;

/** Measures it. */
export async function measureRevert({ folder, runs }: BenchPlan): Promise<readonly Measurement[]> {
  heading(`Revert ${CHANGED} changed rows of ${ROWS}, over one connection`);
  const [file, spoilt] = [`${folder}/reverted.sqlite`, `${folder}/spoilt.sqlite`];
  await runScript("build_app.ts", file, "usual", `${ROWS}`);
  const found: Measurement[] = [];
  for (const [manner, least] of [["together", 8_000], ["scattered", 2_000]] as const) {
    await Deno.copyFile(file, spoilt);
    await runScript("spoil_rows.ts", spoilt, `${CHANGED}`, manner);
    found.push(
      await measure("revert", `rows that are ${manner} (≥ ${least} written/s)`, runs, async () => {
        await using server = await startScript("serve_app.ts", spoilt, "writable");
        const cost = await runScript<RestoreCost>("restore_client.ts", server.url, BENCH_KEY, file, "revert");
        await Deno.remove(`${file}.idmap.sqlite`);
        const { plannedSeconds, writtenSeconds, provenSeconds } = cost;
        return {
          "written/s": CHANGED / (writtenSeconds - plannedSeconds),
          "written and proven/s": CHANGED / (provenSeconds - plannedSeconds),
          "s for the plan": plannedSeconds,
          "MB peak": cost.peakMB,
        };
      }),
    );
    await Deno.remove(spoilt);
  }
  await Deno.remove(file);
  found.push(await measureOneRow(folder, Math.max(3, runs)));
  return found;
}

/** A plan for one row, from the command to its end. */
async function measureOneRow(folder: string, runs: number) {
  heading("The plan for one row");
  const [file, keyFile] = [`${folder}/large.sqlite`, `${folder}/key`];
  await runScript("build_browsed.ts", file, `${ROWS}`, `${MEGABYTES}`);
  await Deno.writeTextFile(keyFile, BENCH_KEY, { mode: 0o600 });
  await using server = await startScript("serve_app.ts", file, "writable");
  const row = `[${TABLE_ID},${FIRST_ID + ROWS / 2}]`;
  const size = (await Deno.stat(file)).size / 1e9;
  const measurement = await measure("revert", `of a file of ${size.toFixed(2)} GB (≤ 2 s)`, runs, async () => {
    const args = ["restore", file, "--revert", "--row", row, "--url", server.url, "--key-file", keyFile];
    const { seconds, cpuSeconds, peakMB } = await runProgram(...args);
    return { s: seconds, "s CPU": cpuSeconds, "MB peak": peakMB, "MB peak of serve": costOf(server.pid).peakMB };
  });
  await Deno.remove(file);
  return measurement;
}
