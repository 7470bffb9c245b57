/**
 * The files of a folder, or those that match a pattern, as snapshots. A file that is not a finished backup is passed
 * over with a reason: id maps, unfinished files, other files. It never reads folders inside the folder.
 */
import { PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import { join } from "../deps.ts";
import { AnvilSqliteError, isKind } from "../errors.ts";
import { fileKind } from "./file_kind.ts";
import { fileSnapshot } from "./file_snapshot.ts";
import { inOrder, type SourceSnapshot } from "./snapshot.ts";

/** Why a file was passed over. */
export type PassedReason = "id-map" | "unfinished" | "unreadable" | "not-a-backup" | "vault" | "foreign";

/** A file that was passed over. */
export interface PassedOver {
  readonly path: string;
  readonly reason: PassedReason;
  /** The error of reading it; empty when there is no more to say. */
  readonly why: string;
}

/** What is in a folder. */
export interface FolderListing {
  /** The oldest first. */
  readonly snapshots: readonly SourceSnapshot[];
  /** By path. */
  readonly passedOver: readonly PassedOver[];
}

/** The paths of the files in a folder, in the order of their names. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) names.push(name);
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new AnvilSqliteError(`Cannot read folder '${folder}': ${cause instanceof Error ? cause.message : cause}`, {
      code: "cannot-open",
      hint: "Check that you may read it.",
      cause,
    });
  }
  return names.sort().map((name) => join(folder, name));
}

/** Sorts files into snapshots and files that are passed over. */
export async function listFiles(paths: readonly string[]): Promise<FolderListing> {
  const snapshots: SourceSnapshot[] = [];
  const passedOver: PassedOver[] = [];
  for (const path of paths) {
    const found = await readOne(path);
    if ("reason" in found) passedOver.push(found);
    else snapshots.push(found);
  }
  return { snapshots: inOrder(snapshots), passedOver };
}

async function readOne(path: string): Promise<SourceSnapshot | PassedOver> {
  const passed = await notForReading(path);
  if (passed !== null) return passed;
  const kind = await fileKind(path);
  if (kind === "archive") return await readArchive(path);
  return kind === "vault" ? { path, reason: "vault", why: "" } : { path, reason: "foreign", why: "" };
}

/**
 * The kind of file that the program itself puts beside backups, and that nobody means when files are named; null for
 * any other file.
 */
export async function notForReading(path: string): Promise<PassedOver | null> {
  if (path.endsWith(PARTIAL_SUFFIX)) return { path, reason: "unfinished", why: "" };
  return await fileKind(path) === "id-map" ? { path, reason: "id-map", why: "" } : null;
}

/** A damaged file, or one of a newer format, is not a usable backup; but it must not hide the others. */
async function readArchive(path: string): Promise<SourceSnapshot | PassedOver> {
  try {
    const { isBackup, ...snapshot } = await fileSnapshot(path);
    return isBackup ? snapshot : { path, reason: "not-a-backup", why: "" };
  } catch (error) {
    if (!isKind(error, "file", "place")) throw error;
    if (error.code === "unfinished") return { path, reason: "unfinished", why: "" };
    return { path, reason: "unreadable", why: error.message };
  }
}
