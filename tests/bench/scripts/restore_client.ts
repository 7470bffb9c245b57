/**
 * One restore in a process of its own: prints its seconds with and without reading all back, as JSON.
 * Run it: deno run -A restore_client.ts URL KEY FILE [MODE]
 */
import { openSource } from "../../../lib/restore/plan/open_backup.ts";
import {
  CAREFUL,
  RESTORE_MODES,
  type RestoreOptions,
  SETTLE_MS,
  WHOLE,
} from "../../../lib/restore/job/restore_options.ts";
import { planRun } from "../../../lib/restore/run/run_restore.ts";
import { systemClock } from "../../../lib/clock.ts";
import { LIMITS } from "../../../lib/uplink/limits.ts";
import { type Cost, costOf } from "../processes.ts";

/** What this script prints. */
export interface RestoreCost extends Cost {
  /** From the first connection to a plan. */
  readonly plannedSeconds: number;
  /** From the first connection to the last row written. */
  readonly writtenSeconds: number;
  /** The same with everything read back and compared. */
  readonly provenSeconds: number;
}

if (import.meta.main) {
  const [url = "", key = "", path = "", word = "empty"] = Deno.args;
  const mode = RESTORE_MODES.find((one) => one === word) ?? "empty";
  await using source = await openSource(path, { force: false, onStep: () => {} });
  const began = performance.now();
  let written = NaN;
  const options: RestoreOptions = {
    url,
    key,
    archive: source.archive,
    mode,
    keys: [],
    selection: WHOLE,
    inPlace: CAREFUL,
    earlierMaps: [],
    media: true,
    inOrder: false,
    mask: null,
    progress: {
      report: ({ type }) => {
        if (type === "checking" && Number.isNaN(written)) written = performance.now();
      },
      close: () => {},
    },
    clock: systemClock,
    limits: LIMITS,
    signal: new AbortController().signal,
    settleMs: SETTLE_MS,
  };
  await using restoring = await planRun(options, { kind: "new", path: `${path}.idmap.sqlite`, advice: "" });
  const planned = performance.now();
  // A plan checks what is in the app, too.
  written = NaN;
  const result = await restoring.apply();
  if (result.exitCode !== 0) throw new Error(JSON.stringify(result.proof.differences.slice(0, 3)));
  const cost: RestoreCost = {
    plannedSeconds: (planned - began) / 1_000,
    writtenSeconds: (written - began) / 1_000,
    provenSeconds: (performance.now() - began) / 1_000,
    ...costOf("self"),
  };
  console.log(JSON.stringify(cost));
}
