/**
 * One backup in a process of its own, for measuring: prints rows, seconds, CPU seconds and peak memory as JSON.
 * Run it: deno run -A backup_client.ts URL KEY FILE
 */
import { runBackup } from "../../lib/backup/run_backup.ts";
import { systemClock } from "../../lib/clock.ts";
import { LIMITS } from "../../lib/uplink/limits.ts";

const [url = "", key = "", path = ""] = Deno.args;
const began = performance.now();
const result = await runBackup({
  url,
  key,
  destination: { kind: "file", path },
  selection: { only: [], exclude: [] },
  media: true,
  schemaFile: null,
  strictSchema: false,
  progress: { report: () => {}, close: () => {} },
  clock: systemClock,
  limits: LIMITS,
  signal: new AbortController().signal,
});
const seconds = (performance.now() - began) / 1_000;
const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
const stat = (await Deno.readTextFile("/proc/self/stat").catch(() => "")).split(" ");
console.log(JSON.stringify({
  rows: result.totalRows,
  media: result.media,
  seconds,
  cpuSeconds: (Number(stat[13]) + Number(stat[14])) / 100,
  peakMB: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_000),
}));
