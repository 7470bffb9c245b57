/** Deno itself as a process, and the folder of the checkout, for tests of what is built and published. */
import { fileURLToPath } from "node:url";
import { type Ended, run, type RunOptions } from "../fixtures/running/run.ts";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Runs Deno to its end. */
export function deno(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(Deno.execPath(), args, options);
}
