/**
 * Moves an older file out of the way, as the forum script did with its schema file.
 */
import { AnvilSqliteError } from "../../errors.ts";

/**
 * Moves `path`, if there is one, to `path.bak`, replacing an older one there.
 * @throws {AnvilSqliteError} `cannot-write` (exit 21)
 */
export async function moveToBackup(path: string): Promise<void> {
  const stat = await Deno.lstat(path).catch(() => null);
  if (stat === null) return;
  try {
    if (stat.isDirectory) throw new Error("it is a folder");
    await Deno.rename(path, `${path}.bak`);
  } catch (cause) {
    throw new AnvilSqliteError(`Cannot move '${path}' out of the way: ${cause instanceof Error ? cause.message : ""}`, {
      code: "cannot-write",
      hint: "Choose another name with -o.",
      cause,
    });
  }
}
