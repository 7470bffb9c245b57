/**
 * What killed runs have left in a folder: unfinished backups, which a user may continue or delete, and files that
 * nobody can use any more, which are removed. A file that another run is writing is left alone.
 */
import { APPLICATION_ID, PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import { dirname, join } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { sweepNewFiles } from "../sqlite/sweep_new_files.ts";
import { countOf } from "../ui/text/count.ts";
import type { FreshDestination } from "./destination.ts";

/** Most names that the line has. */
const TOLD = 3;

/** A line about unfinished backups in the folder of a destination; null when there are none. */
export async function tellLeftBehind({ kind, path }: FreshDestination): Promise<string | null> {
  const folder = kind === "directory" ? path : dirname(path);
  const names: string[] = [];
  try {
    await sweepNewFiles(folder, (name) => name.endsWith(PARTIAL_SUFFIX));
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && name.endsWith(PARTIAL_SUFFIX) && await isLeft(join(folder, name))) names.push(name);
    }
  } catch (error) {
    // A folder that may not be listed may still be written to.
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
  if (names.length === 0) return null;
  const more = names.length > TOLD ? ` and ${names.length - TOLD} more` : "";
  return `${countOf(names.length, "unfinished backup")} of earlier runs in '${folder}': ` +
    `${names.sort().slice(0, TOLD).join(", ")}${more}; continue with 'backup --resume FILE', or delete`;
}

/** Whether a file is an unfinished backup that no run is writing. */
async function isLeft(path: string): Promise<boolean> {
  try {
    const engine = await openEngine(path, { mode: "read" });
    try {
      return Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0) === APPLICATION_ID;
    } finally {
      engine.close();
    }
  } catch (error) {
    // Stopped in the middle of a write, or damaged: `--resume` explains both.
    return error instanceof AnvilSqliteError && (error.code === "unfinished-write" || error.code === "damaged");
  }
}
