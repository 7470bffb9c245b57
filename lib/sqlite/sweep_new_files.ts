/**
 * Removes unfinished files that killed runs have left. It removes a file only if it surely belongs to nobody: it is not
 * new, and no run has a lock on it.
 */
import { basename, dirname, join } from "../deps.ts";
import { sidecarsOf } from "../disk/sidecars.ts";
import { AnvilSqliteError } from "../errors.ts";
import { NEW_FILE } from "./new_file.ts";
import { openEngine } from "./open_engine.ts";

/** Time in which a new file may still have no lock; it is locked very soon after its beginning. */
const SURELY_LEFT_MS = 60_000;

/** Removes files that killed runs had begun in a folder, if the caller knows their later names. */
export async function sweepNewFiles(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!NEW_FILE.test(name) || !isOurs(name.replace(NEW_FILE, ""))) continue;
    const path = join(folder, name);
    if (await isLeft(path)) { for (const left of [...await sidecarsOf(path), path]) await Deno.remove(left); }
  }
}

/** Removes files that were begun for one name. */
export async function sweepBegun(path: string): Promise<void> {
  await sweepNewFiles(dirname(path), (name) => name === basename(path));
}

/** Whether nobody is writing a file any more. */
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
