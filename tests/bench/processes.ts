/**
 * Processes that a measurement starts: what they cost, and their end. Everything is read from Linux's `/proc`, so the
 * bench runs on Linux only.
 */

/** Folder of these files. */
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
  const path = script.startsWith("/") ? script : HERE + script;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", path, ...args],
    stdin: "null",
    stderr: "inherit",
    ...options,
  });
}

/** Runs a script of this folder and gives the JSON that it prints. */
export async function runScript<T>(script: string, ...args: readonly string[]): Promise<T> {
  const { stdout, success, code } = await deno(script, args, { stdout: "piped" }).output();
  if (!success) throw new Error(`${script} ${args.join(" ")} failed with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout)) as T;
}

/** A server process. */
export interface Server extends AsyncDisposable {
  /** What it printed when it was ready: its URL. */
  readonly url: string;
  readonly pid: number;
  /** Cost so far. */
  cost(): Cost;
}

/** Starts a script of this folder that serves and prints its URL as its first line. */
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
