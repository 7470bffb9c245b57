/**
 * Processes that a measurement starts: what they cost, and their end. Everything is read from Linux's `/proc`, so the
 * bench runs on Linux only.
 */
import { V8_FLAGS } from "../../.github/release/v8_flags.ts";

/** Folder of the bench. */
const HERE = new URL(".", import.meta.url).pathname;
/** Clock ticks a second in `/proc/PID/stat`: the same on every Linux that Deno runs on. */
const TICKS = 100;
const BYTES_PER_KB = 1_024;

/** What a process has used. */
export interface Cost {
  /** User and system time, in seconds. */
  readonly cpuSeconds: number;
  /** Highest resident memory (VmHWM), in MB of 10^6 bytes. */
  readonly peakMB: number;
}

/** Cost of a process so far. */
export function costOf(pid: number | "self"): Cost {
  // The command in brackets may hold blanks; the numbers come after it.
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  const peak = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / TICKS,
    peakMB: Number(peak ?? 0) * BYTES_PER_KB / 1e6,
  };
}

function deno(script: string, args: readonly string[], options: Deno.CommandOptions): Deno.Command {
  const path = script.startsWith("/") ? script : `${HERE}scripts/${script}`;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", V8_FLAGS, path, ...args],
    stdin: "null",
    stderr: "inherit",
    ...options,
  });
}

/** Runs a script of `scripts/` and gives the JSON that it prints. */
export async function runScript<T>(script: string, ...args: readonly string[]): Promise<T> {
  const { stdout, success, code } = await deno(script, args, { stdout: "piped" }).output();
  if (!success) throw new Error(`${script} ${args.join(" ")} failed with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout)) as T;
}

/** Runs the program itself to its end, which must be good: seconds, CPU and memory, by `time` of GNU. */
export async function runProgram(...args: readonly string[]): Promise<Cost & { readonly seconds: number }> {
  return await timed(["run", "--quiet", "--allow-all", V8_FLAGS, `${HERE}../../main.ts`, ...args]);
}

/** Runs Deno with arguments to its end, which must be good. */
export async function timed(args: readonly string[]): Promise<Cost & { readonly seconds: number }> {
  const command = new Deno.Command("/usr/bin/time", {
    args: ["-f", "%U %S %M", Deno.execPath(), ...args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const began = performance.now();
  const { code, stderr } = await command.output();
  const seconds = (performance.now() - began) / 1_000;
  const text = new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`deno ${args.join(" ")} ended with ${code}: ${text}`);
  const [user = NaN, system = NaN, peak = NaN] = (text.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { seconds, cpuSeconds: user + system, peakMB: peak * BYTES_PER_KB / 1e6 };
}

/** A server process. */
export interface Server extends AsyncDisposable {
  /** What it printed when it was ready: its URL. */
  readonly url: string;
  readonly pid: number;
  /** Cost so far. */
  cost(): Cost;
}

/** Starts a script of `scripts/` that serves and prints its URL as its first line. */
export async function startScript(script: string, ...args: readonly string[]): Promise<Server> {
  const child = deno(script, args, { stdout: "piped" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${script} ended before it was ready`);
    text += value;
  }
  return {
    url: text.slice(0, text.indexOf("\n")),
    pid: child.pid,
    cost: () => costOf(child.pid),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** Gives a path that names no file, and removes what was written there. */
export async function fresh<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = `${folder}/run.sqlite`;
  try {
    return await use(path);
  } finally {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.startsWith("run.sqlite")) await Deno.remove(`${folder}/${name}`);
    }
  }
}
