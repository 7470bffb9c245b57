/**
 * The files that SQLite takes for a part of a database because of their names. SQLite would play an old one into a new
 * file beside it. So no file gets a name that has such a file beside it, and a file that is moved takes its own along.
 * Source: sqlite.org/tempfiles.html, sqlite.org/howtocorrupt.html section 1.4.
 */
import { basename } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { isTaken } from "./file_identity.ts";

/** Endings of their names, after the database's. */
export const SIDECAR_SUFFIXES = ["-journal", "-wal", "-shm"] as const;

/** Paths of the sidecars that exist beside a path; the file itself may not exist. */
export async function sidecarsOf(path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const suffix of SIDECAR_SUFFIXES) if (await isTaken(path + suffix)) found.push(path + suffix);
  return found;
}

/**
 * Refuses a name for a new file if a sidecar is beside it.
 * @throws {AnvilSqliteError} `destination-exists` (exit 21)
 */
export async function refuseSidecars(path: string): Promise<void> {
  const [sidecar] = await sidecarsOf(path);
  if (sidecar === undefined) return;
  throw new AnvilSqliteError(
    `'${basename(sidecar)}' is left of an older file, and SQLite would take it for a part of the new '${
      basename(path)
    }'`,
    { code: "destination-exists", hint: `Move '${sidecar}' away, or choose another name.` },
  );
}
