/**
 * Moves an older file out of the way, as the forum script did with its schema file. Nothing that is there is overwritten.
 */
import { isTaken } from "../../disk/file_identity.ts";
import { moveWithSidecars, sidecarsOf } from "../../disk/sidecars.ts";
import { AnvilSqliteError } from "../../errors.ts";

/**
 * Moves `path`, if there is one, with its sidecars to `path.bak`, or to `path.bak2` and so on when that is taken.
 * @throws {AnvilSqliteError} `cannot-write` (exit 21)
 */
export async function moveToBackup(path: string): Promise<void> {
  const stat = await Deno.lstat(path).catch(() => null);
  if (stat === null) return;
  try {
    if (stat.isDirectory) throw new Error("it is a folder");
    await moveWithSidecars(path, await freeName(path));
  } catch (cause) {
    throw new AnvilSqliteError(`Cannot move '${path}' out of the way: ${cause instanceof Error ? cause.message : ""}`, {
      code: "cannot-write",
      hint: "Choose another name with -o.",
      cause,
    });
  }
}

async function freeName(path: string): Promise<string> {
  for (let n = 1;; n++) {
    const name = `${path}.bak${n === 1 ? "" : n}`;
    if (!await isTaken(name) && (await sidecarsOf(name)).length === 0) return name;
  }
}
