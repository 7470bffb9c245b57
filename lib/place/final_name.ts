/**
 * Gives a finished file or folder its name. It never overwrites: a file that already has the name stays, and the new
 * one keeps its partial name.
 */
import { type FileIdentity, isTaken } from "../disk/file_identity.ts";
import { giveName } from "../disk/give_name.ts";
import { cannotWrite, fileReplaced, nameTaken } from "../disk/place_errors.ts";
import { AnvilSqliteError } from "../errors.ts";

/**
 * Gives its name to a file that is on the disk.
 * @param file which file it must be; null when that is not known
 * @throws {AnvilSqliteError} `destination-exists`, `file-replaced`, `cannot-write` (exit 21); the partial file stays
 */
export async function giveFinalName(
  partial: string,
  finalPath: string,
  file: FileIdentity | null = null,
): Promise<void> {
  try {
    switch (await giveName(partial, finalPath, file)) {
      case "given":
        return;
      case "taken":
        throw taken(finalPath, partial);
      case "replaced":
        throw fileReplaced(partial);
    }
  } catch (cause) {
    throw cause instanceof AnvilSqliteError ? cause : cannotWrite(finalPath, cause);
  }
}

/**
 * Gives its name to a folder; it replaces an empty one.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21); the new folder keeps its partial name
 */
export async function renameFree(partial: string, finalPath: string): Promise<void> {
  if (await isTaken(finalPath)) throw taken(finalPath, partial);
  try {
    await Deno.rename(partial, finalPath);
  } catch (cause) {
    throw cannotWrite(finalPath, cause);
  }
}

function taken(path: string, partial: string): AnvilSqliteError {
  return nameTaken(path, `The finished copy is kept as '${partial}': rename it yourself.`);
}
