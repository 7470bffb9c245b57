/**
 * One finished file as a snapshot. It reads the catalogue only, and closes the file again.
 */
import { openArchive } from "../archive/open_archive.ts";
import { type Catalogue, readWarnings } from "../archive/catalogue/catalogue.ts";
import { LOOKS_WRONG } from "../archive/catalogue/looks_wrong_code.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { appOf, type SnapshotFile, type SourceSnapshot } from "./snapshot.ts";

/** A file's snapshot, and whether the file is a backup; a schema without rows and a demo are not backups. */
interface FileSnapshot extends SourceSnapshot {
  readonly isBackup: boolean;
}

/**
 * Reads what a file says about itself.
 * @throws {AnvilSqliteError} as `openArchive`
 */
export async function fileSnapshot(path: string): Promise<FileSnapshot> {
  using archive = await openArchive(path);
  const { mtime, size } = await Deno.stat(path);
  const { tables, provenance } = archive.catalogue;
  const text = (key: string) => textOf(provenance.get(key));
  const start = startOf(archive.catalogue);
  return {
    isBackup: start !== null,
    app: appOf(text),
    name: path,
    number: null,
    start: start ?? mtime ?? new Date(0),
    complete: text("complete") !== "no",
    sameMoment: text("snapshot_kind") === "consistent",
    digest: text("digest") ?? "",
    rows: tables.reduce((sum, { rowsCopied }) => sum + (rowsCopied ?? 0), 0),
    bytes: size,
    looksWrong: readWarnings(archive.engine).filter(({ code }) => code === LOOKS_WRONG).map(({ message }) => message),
    open: () => Promise.resolve(fileAt(path)),
  };
}

/** A file that exists already, and is not removed. */
export function fileAt(path: string): SnapshotFile {
  return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function startOf({ provenance }: Catalogue): Date | null {
  const start = new Date(textOf(provenance.get("backup_start")) ?? "");
  return Number.isNaN(start.getTime()) ? null : start;
}
