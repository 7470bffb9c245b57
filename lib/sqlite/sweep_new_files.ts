/**
 * Removes unfinished files that killed runs have left. It removes a file only if it surely belongs to nobody: it is not
 * new, and no run has a lock on it.
 */
import { basename, dirname, join } from "../deps.ts";
import { sidecarsOf } from "../disk/sidecars.ts";
import { AnvilSqliteError } from "../errors.ts";
import { NEW_FILE } from "./new_file.ts";
import { openEngine } from "./open_engine.ts";

/** A file that is being made is locked a moment after it was begun. */
const SURELY_LEFT_MS = 60_000;

/** Takes files away that killed runs had begun: those in a folder whose later names the caller knows. */
export async function sweepNewFiles(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!NEW_FILE.test(name) || !isOurs(name.replace(NEW_FILE, ""))) continue;
    const path = join(folder, name);
    if (await isLeft(path)) { for (const left of [...await sidecarsOf(path), path]) await Deno.remove(left); }
  }
}

/** Takes those away that were begun for one name. */
export async function sweepBegun(path: string): Promise<void> {
  await sweepNewFiles(dirname(path), (name) => name === basename(path));
}

/** Whether nobody is making a file any more. */
async function isLeft(path: string): Promise<boolean> {
  const { mtime } = await Deno.lstat(path);
  if (mtime === null || Date.now() - mtime.getTime() < SURELY_LEFT_MS) return false;
  return !await isLocked(path);
}

/** Whether another run holds a file. */
async function isLocked(path: string): Promise<boolean> {
  try {
    const engine = await openEngine(path, { mode: "read" });
    try {
      engine.query("SELECT 1 FROM sqlite_schema LIMIT 1");
    } finally {
      engine.close();
    }
    return false;
  } catch (error) {
    return error instanceof AnvilSqliteError && error.code === "locked";
  }
}
