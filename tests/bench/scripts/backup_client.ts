/**
 * One backup in a process of its own, for measuring: prints rows, seconds and what the process has used, as JSON.
 * Run it: deno run -A backup_client.ts URL KEY FILE [PACE]; without it as fast as it goes.
 */
import { PACES } from "../../../lib/backup/copy/pace.ts";
import { runBackup } from "../../../lib/backup/run_backup.ts";
import { systemClock } from "../../../lib/clock.ts";
import { LIMITS } from "../../../lib/uplink/limits.ts";
import { type Cost, costOf } from "../processes.ts";

/** What this script prints. */
export interface BackupCost extends Cost {
  readonly rows: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Of the whole run, checks included. */
  readonly seconds: number;
  /** From its beginning to when the last row was written. */
  readonly rowSeconds: number;
}

if (import.meta.main) {
  const [url = "", key = "", path = "", word = "fast"] = Deno.args;
  const pace = PACES.find((name) => name === word);
  if (pace === undefined) throw new Error(`No pace '${word}'`);
  const began = performance.now();
  const secondsSoFar = () => (performance.now() - began) / 1_000;
  let rowSeconds = 0;
  const result = await runBackup({
    url,
    key,
    destination: { kind: "file", path },
    selection: { only: [], exclude: [] },
    media: true,
    pace,
    schemaFile: null,
    strictSchema: false,
    progress: { report: ({ type }) => void (type === "rows" && (rowSeconds = secondsSoFar())), close: () => {} },
    clock: systemClock,
    limits: LIMITS,
    signal: new AbortController().signal,
  });
  const { totalRows: rows, media, mediaBytes } = result;
  if (result.exitCode !== 0) throw new Error(JSON.stringify(result.warnings.slice(0, 3)));
  const cost: BackupCost = { rows, media, mediaBytes, seconds: secondsSoFar(), rowSeconds, ...costOf("self") };
  console.log(JSON.stringify(cost));
}
