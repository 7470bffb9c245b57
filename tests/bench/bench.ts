/**
 * The whole bench: `deno task bench [--long] [--only PART,…] [--runs N] [--pace gentle] [--json FILE]`. Everything goes over real
 * WebSockets on loopback, servers in processes of their own. Prints lines and writes JSON. Linux only; it is allowed
 * everything, because Deno gives `/proc` to nobody else.
 */
import { parseArgs } from "node:util";
import { PACES } from "../../lib/backup/copy/pace.ts";
import { measureBrowse } from "./parts/part_browse.ts";
import { measureClient } from "./parts/part_client.ts";
import { measureExport } from "./parts/part_export.ts";
import { measureMedia } from "./parts/part_media.ts";
import { measurePace } from "./parts/part_pace.ts";
import { measureRestore } from "./parts/part_restore.ts";
import { measureRevert } from "./parts/part_revert.ts";
import { measureServe } from "./parts/part_serve.ts";
import { measureShapes } from "./parts/part_shapes.ts";
import { measureStart } from "./parts/part_start.ts";
import { measureVault } from "./parts/part_vault.ts";
import { type BenchPlan, type Part, PARTS } from "./plan.ts";
import type { Measurement } from "./report.ts";

const MEASURE: { readonly [P in Part]: (plan: BenchPlan) => Promise<readonly Measurement[]> } = {
  browse: measureBrowse,
  client: measureClient,
  serve: measureServe,
  media: measureMedia,
  shapes: measureShapes,
  pace: measurePace,
  restore: measureRestore,
  revert: measureRevert,
  export: measureExport,
  vault: measureVault,
  start: measureStart,
};

function chosenParts(words: string | undefined): readonly Part[] {
  if (words === undefined) return PARTS;
  return words.split(",").map((word) => {
    const part = PARTS.find((one) => one === word);
    if (part === undefined) throw new Error(`No part '${word}': it is none of ${PARTS.join(", ")}`);
    return part;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      long: { type: "boolean", default: false },
      only: { type: "string" },
      runs: { type: "string" },
      // Without it as fast as the server gives, so that figures can be compared with earlier ones.
      pace: { type: "string", default: "fast" },
      json: { type: "string", default: "dist/bench.json" },
    },
  });
  const parts = chosenParts(values.only);
  const pace = PACES.find((name) => name === values.pace);
  if (pace === undefined) throw new Error(`No pace '${values.pace}': there are ${PACES.join(" and ")}`);
  const runs = Number(values.runs ?? (values.long ? 5 : 1));
  const folder = await Deno.makeTempDir({ prefix: "anvil-sqlite-bench-" });
  try {
    const measurements: Measurement[] = [];
    for (const part of parts) measurements.push(...await MEASURE[part]({ long: values.long, runs, pace, folder }));
    await Deno.mkdir(values.json.replace(/[^/]*$/, "") || ".", { recursive: true });
    const about = { cores: navigator.hardwareConcurrency, deno: Deno.version.deno, long: values.long, runs, pace };
    await Deno.writeTextFile(values.json, `${JSON.stringify({ ...about, measurements }, null, 2)}\n`);
    console.log(`\n${values.json}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
