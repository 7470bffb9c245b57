/**
 * Starting: `--help`, a 5 MB schema, a large archive served; beside them a Deno program that does nothing.
 */
import type { BenchPlan } from "../plan.ts";
import { runProgram, runScript, startScript, timed } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";
import { largeSchemas } from "../large_schemas.ts";

/** Measures it. */
export async function measureStart({ long, runs, folder }: BenchPlan): Promise<readonly Measurement[]> {
  // A start is short and varies by a few milliseconds: it takes more runs than the rest.
  const often = runs * 4;
  heading("Starting");
  const empty = `${folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  const found = [
    await measure("start", "an empty Deno program", often, () => started(() => timed(["run", "--quiet", empty]))),
    await measure("start", "--help", often, () => started(() => runProgram("--help"))),
    await measure("start", "--version", often, () => started(() => runProgram("--version"))),
  ];
  for (const [name, text] of largeSchemas()) {
    const file = `${folder}/large.yaml`;
    await Deno.writeTextFile(file, text);
    const title = `schema of a ${Math.round(text.length / 1e6)} MB file, ${name}`;
    found.push(await measure("start", title, runs, () => started(() => runProgram("schema", file))));
  }
  found.push(await largeServe(long ? 1_000 : 100, runs, folder));
  return found;
}

async function started(run: () => Promise<{ readonly seconds: number; readonly peakMB: number }>) {
  const { seconds, peakMB } = await run();
  return { ms: seconds * 1_000, "MB peak": peakMB };
}

/** Until a served archive of so many MB answers a first call, the server's process started included. */
async function largeServe(megabytes: number, runs: number, folder: string): Promise<Measurement> {
  const archive = `${folder}/large.sqlite`;
  await runScript("build_app.ts", archive, "media", `${megabytes}`, "1000000");
  const measurement = await measure("start", `serve of ${megabytes} MB, until it listens`, runs, async () => {
    const began = performance.now();
    await using server = await startScript("serve_app.ts", archive);
    const ms = performance.now() - began;
    return { ms, "MB peak": server.cost().peakMB };
  });
  await Deno.remove(archive);
  return measurement;
}
