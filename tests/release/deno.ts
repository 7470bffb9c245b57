/** Deno itself as a process, and the folder of the checkout, for tests of what is built and published. */
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Options of {@link run}. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end, without stdin. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** Runs Deno to its end. */
export function deno(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(Deno.execPath(), args, options);
}
