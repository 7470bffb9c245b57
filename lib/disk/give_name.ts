/**
 * Gives a whole file its name. It never overwrites, and never renames another file than the one it was asked to:
 * somebody may have removed that meanwhile, and made another under its name.
 */
import { type FileIdentity, identityAt, isSameFile, isTaken } from "./file_identity.ts";
import { refuseSidecars } from "./sidecars.ts";

/** The result of a renaming. */
type Naming =
  | "given"
  /** Another file has the name. */
  | "taken"
  /** The file is no longer where it was made. */
  | "replaced";

/**
 * Renames a file.
 * @param file which file it must be; null when the system does not number its files
 * @throws {AnvilSqliteError} `destination-exists` (exit 21) when a sidecar is beside the new name; the system's error
 */
export async function giveName(from: string, to: string, file: FileIdentity | null): Promise<Naming> {
  if (!await isStill(from, file)) return "replaced";
  await refuseSidecars(to);
  try {
    // Unlike a rename, a link fails when the name is taken.
    await Deno.link(from, to);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) return await renameWithoutLinks(from, to);
    // A run that was killed between the two has left both names.
    if (!isSameFile(await identityAt(from), await identityAt(to))) return "taken";
  }
  if (!await isStill(to, file)) {
    await Deno.remove(to);
    return "replaced";
  }
  await Deno.remove(from);
  return "given";
}

async function isStill(path: string, file: FileIdentity | null): Promise<boolean> {
  return file === null ? await isTaken(path) : isSameFile(await identityAt(path), file);
}

/** For file systems without hard links. */
async function renameWithoutLinks(from: string, to: string): Promise<Naming> {
  if (await isTaken(to)) return "taken";
  await Deno.rename(from, to);
  return "given";
}
