/**
 * Gives a finished file or folder its name. It never overwrites: what has the name already stays as it is, and what was
 * made keeps its partial name.
 */
import { AnvilSqliteError } from "../errors.ts";
import { cannotWrite } from "./cannot_write.ts";

/**
 * Names a file that is stored on the disk.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21); the partial file stays
 */
export async function giveFinalName(partial: string, finalPath: string): Promise<void> {
  try {
    // Unlike a rename, a link fails when the name is taken.
    await Deno.link(partial, finalPath);
    await Deno.remove(partial);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) return await renameFree(partial, finalPath);
    // A run that was killed between the two has left both names.
    if (!await isSameFile(partial, finalPath)) throw destinationExists(finalPath, partial);
    await Deno.remove(partial);
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([Deno.lstat(a), Deno.lstat(b)]);
  return one.ino !== null && one.ino === other.ino && one.dev === other.dev;
}

/**
 * Names a folder, or a file on a file system without hard links. A folder takes the place of an empty one.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21); what was made keeps its partial name
 */
export async function renameFree(partial: string, finalPath: string): Promise<void> {
  const exists = await Deno.lstat(finalPath).then(() => true, () => false);
  if (exists) throw destinationExists(finalPath, partial);
  try {
    await Deno.rename(partial, finalPath);
  } catch (cause) {
    throw cannotWrite(finalPath, cause);
  }
}

function destinationExists(path: string, partial: string): AnvilSqliteError {
  return new AnvilSqliteError(`The file exists already: ${path}`, {
    code: "destination-exists",
    hint: `The finished copy is kept as '${partial}': rename it yourself.`,
  });
}
