/**
 * Whether a path is short enough for all names that will be made from it. It only looks.
 */
import { basename, dirname, join, resolve } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";

/** Longest full path of a database, in bytes, without its journal's ending (SQLite's MAX_PATHNAME is 512 with it). */
export const SQLITE_PATH_BYTES = 504;

const encoder = new TextEncoder();

/** Bytes of the full path of a file, as SQLite sees it: links in its folder's path are followed. */
export async function fullPathBytes(path: string): Promise<number> {
  const folder = await Deno.realPath(dirname(path)).catch(() => resolve(dirname(path)));
  return encoder.encode(join(folder, basename(path))).length;
}

/**
 * Checks that a file can have this name, and this name with each of these endings.
 * @param flag the flag with the name
 * @throws {AnvilSqliteError} `name-too-long` (exit 21)
 */
export async function checkPathRoom(path: string, endings: readonly string[], flag = "-o"): Promise<void> {
  if (Deno.build.os === "windows") return;
  const longest = endings.reduce((a, b) => b.length > a.length ? b : a, "");
  if (await fullPathBytes(path + longest) > SQLITE_PATH_BYTES) {
    const most = SQLITE_PATH_BYTES - longest.length;
    throw tooLong(path, flag, `SQLite takes full paths of at most ${most} bytes here`);
  }
  try {
    // Nothing is there; only the system's error matters.
    await Deno.lstat(path + longest);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG") {
      throw tooLong(path, flag, `while it is made it needs names that are ${longest.length} bytes longer`);
    }
  }
}

function tooLong(path: string, flag: string, why: string): AnvilSqliteError {
  return new AnvilSqliteError(`The name is too long: ${path}`, {
    code: "name-too-long",
    hint: `Choose a shorter one with ${flag}: ${why}.`,
  });
}
