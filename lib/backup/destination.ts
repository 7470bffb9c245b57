/**
 * Where a backup goes: its name once it is whole, and the partial name until then.
 */
import { PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import { SPOOL_ENDING } from "../archive/media/media_store.ts";
import { basename, dirname, join } from "../deps.ts";
import { isTaken } from "../disk/file_identity.ts";
import { checkPathRoom } from "../disk/path_room.ts";
import { nameTaken } from "../disk/place_errors.ts";
import { refuseSidecars, SIDECAR_SUFFIXES } from "../disk/sidecars.ts";
import { AnvilSqliteError } from "../errors.ts";
import { NEW_FILE_ENDING } from "../sqlite/new_file.ts";
import { holdsKey } from "../redact.ts";
import type { Welcome } from "../uplink/handshake.ts";

/** Most backups of one app in one folder within one second. */
const SAME_SECOND = 100;

/** Where to write a new backup: into a folder under a dated name, or under exactly this name, which must be free. */
export interface FreshDestination {
  readonly kind: "directory" | "file";
  readonly path: string;
}

/** Where to write: a new backup, or a partial file to resume. */
export type Destination = FreshDestination | { readonly kind: "partial"; readonly path: string };

/** Endings of paths that name a file. */
const FILE_ENDING = /\.(?:sqlite3?|db)$/i;

/** Ending of paths that name a vault. */
export const VAULT_ENDING = /\.vault$/i;

/**
 * Reads `-o`: what ends in `.sqlite`, `.sqlite3` or `.db` is a file, in `.vault` a vault, everything else a folder, which
 * need not be there yet. Nothing is made.
 * @throws {AnvilSqliteError} `destination-exists`, `destination-missing`, `name-too-long` (exit 21)
 */
export async function readDestination(output: string): Promise<FreshDestination> {
  const stat = await statOrNull(output);
  if (stat?.isDirectory) return { kind: "directory", path: output };
  if (VAULT_ENDING.test(output)) return await readVaultPlace(output);
  if (!FILE_ENDING.test(output)) {
    const { path, isFolder } = await nearestPlace(output);
    if (!isFolder) throw notAFolder(path);
    return { kind: "directory", path: output };
  }
  if (stat !== null) throw exists(output);
  await checkPlace(output);
  return { kind: "file", path: output };
}

/** A vault may exist already: a backup is added to it. */
async function readVaultPlace(output: string): Promise<FreshDestination> {
  const folder = await statOrNull(dirname(output));
  if (!folder?.isDirectory) throw missing(dirname(output));
  return { kind: "file", path: output };
}

/**
 * Checks that a file can be made under a name, even if another has it now.
 * @throws {AnvilSqliteError} `destination-exists`, `destination-missing`, `name-too-long` (exit 21)
 */
export async function checkPlace(path: string): Promise<void> {
  const folder = await statOrNull(dirname(path));
  if (!folder?.isDirectory) throw missing(dirname(path));
  await checkPathRoom(path, NEEDED_ENDINGS);
  const partial = path + PARTIAL_SUFFIX;
  if (await isTaken(partial)) throw unfinished(partial);
  await refuseSidecars(partial);
  // When a file is moved away, its sidecars are moved too.
  if (!await isTaken(path)) await refuseSidecars(path);
}

/** The endings of all names that are needed while a backup is made: a medium's number has ten digits at most. */
const NEEDED_ENDINGS = [...SIDECAR_SUFFIXES, NEW_FILE_ENDING, `${SPOOL_ENDING}${"0".repeat(10)}`]
  .map((ending) => PARTIAL_SUFFIX + ending);

/** What exists of a path: itself, or the nearest folder above it. */
export async function nearestPlace(path: string): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  for (let at = path;; at = dirname(at)) {
    const stat = await statOrNull(at);
    if (stat !== null) return { path: at, isFolder: stat.isDirectory };
    if (dirname(at) === at) return { path: at, isFolder: false };
  }
}

/**
 * Makes the folder of a backup when it is missing, for its owner alone.
 * @throws {AnvilSqliteError} `destination-missing` (exit 21)
 */
export async function makeFolder(destination: FreshDestination): Promise<void> {
  if (destination.kind === "file") return;
  try {
    await Deno.mkdir(destination.path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const why = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
    throw new AnvilSqliteError(`Cannot make folder '${destination.path}': ${why}`, {
      code: "destination-missing",
      hint: "Choose another with -o.",
      cause,
    });
  }
}

/**
 * Null if nothing exists there, or nothing that may be looked at; an error of Deno's permissions is thrown unchanged.
 */
async function statOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}

/**
 * The paths to try for the finished file, the best first: the user's own, or in a folder
 * `APP-BRANCH.20261124T020700Z.sqlite`, then `….20261124T020700Z_2.sqlite` and so on for runs within one second.
 * The names sort and have no colons.
 */
export function* finalPaths(
  destination: FreshDestination,
  { url, appName }: { readonly url: string; readonly appName?: string | null },
  welcome: Welcome,
  start: Date,
): Generator<string, void> {
  if (destination.kind === "file") return yield destination.path;
  const app = appName ?? (isAppId(welcome.appId) ? welcome.appId : new URL(url).hostname);
  const parts = [app, welcome.branch ?? ""].map(nameable).filter((part) => part !== "");
  const name = parts.length === 0 ? "app" : parts.join("-");
  const time = start.toISOString().replace(/[-:]|\.\d+/g, "");
  const stem = join(destination.path, `${name}.${time}`);
  yield `${stem}.sqlite`;
  for (let n = 2; n <= SAME_SECOND; n++) yield `${stem}_${n}.sqlite`;
}

/** Anvil's ids of apps are 16 capitals and digits; any other text from a server is not used. */
function isAppId(text: string): boolean {
  return /^[A-Za-z0-9]{1,40}$/.test(text);
}

/** Longest part of a name: the whole name, with its time and the longest sidecar's ending, must fit in 255 bytes. */
const LONGEST_PART = 80;

/** A part of a file's name; empty if it looks like a key, even in the small letters of a host. */
function nameable(part: string): string {
  if ([part, part.replace(/(?<=_).*/s, (rest) => rest.toUpperCase())].some(holdsKey)) return "";
  return part.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, LONGEST_PART);
}

/**
 * Makes the partial file of the first path that is free, and returns both.
 * @throws {AnvilSqliteError} as `create`; `destination-exists` (exit 21) when no path is free
 */
export async function claimPath<T extends { close(): void }>(
  paths: Iterable<string>,
  create: (partial: string) => Promise<T>,
): Promise<{ readonly path: string; readonly created: T }> {
  let taken: unknown;
  for (const path of paths) {
    const partial = path + PARTIAL_SUFFIX;
    try {
      await refuseSidecars(path);
      const created = await create(partial);
      // The partial file reserves the name: only now is it sure whether another run has finished under it.
      if (!await isTaken(path)) return { path, created };
      created.close();
      await Deno.remove(partial);
      taken = exists(path);
    } catch (error) {
      if (!(error instanceof AnvilSqliteError && error.code === "destination-exists")) throw error;
      taken = error;
    }
  }
  throw taken;
}

function exists(path: string): AnvilSqliteError {
  return nameTaken(path, "Backups are never overwritten: give another name, or a folder to get a dated one.");
}

function unfinished(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`An unfinished backup is in the way: ${basename(path)}`, {
    code: "destination-exists",
    hint: `Continue it with 'backup --resume ${path}', or delete it.`,
  });
}

function notAFolder(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is a file, not a folder`, {
    code: "destination-exists",
    hint:
      "What ends in .sqlite, .sqlite3 or .db names a file, anything else a folder. Rename that file, or choose another " +
      "folder with -o.",
  });
}

function missing(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`There is no folder '${path}'`, {
    code: "destination-missing",
    hint: "Create it first, or choose another with -o.",
  });
}
