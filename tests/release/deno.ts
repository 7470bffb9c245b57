/** Deno itself as a process, and the folder of the checkout, for tests of what is built and published. */
import { fileURLToPath } from "node:url";
import { join } from "../../lib/deps.ts";
import type { TempDir } from "../fixtures/files/temp_dir.ts";
import { type Ended, run, type RunOptions } from "../fixtures/running/run.ts";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Runs Deno to its end. */
export function deno(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(Deno.execPath(), args, options);
}

/** A temporary Deno folder, so that modules from short-lived ports pile up nowhere, with the packages already there. */
export async function cacheFolder(dir: TempDir): Promise<Record<string, string>> {
  const { out } = await deno(["info", "--json"]);
  const { npmCache } = JSON.parse(out);
  const folder = dir.file("deno-dir");
  await Deno.mkdir(folder);
  if (Deno.build.os !== "windows") await Deno.symlink(npmCache, join(folder, "npm"));
  return { DENO_DIR: folder };
}
