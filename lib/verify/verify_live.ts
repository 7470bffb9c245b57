/**
 * Whether a file is what the app holds now: the app is read once more into a temporary file with the backup's own code,
 * and the two are compared by digest, then by row. The file itself is only read.
 */
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import { provenanceObject } from "../archive/catalogue/catalogue.ts";
import { openArchive } from "../archive/open_archive.ts";
import type { BackupOptions } from "../backup/backup_options.ts";
import { type BackupResult, runBackup } from "../backup/run_backup.ts";
import { isArray, type Json, stringOf } from "../json/exact_json.ts";
import { compareArchives, type Side } from "./compare_archives.ts";
import type { Finding } from "./finding.ts";

/** What reading the app needs; tables and media are those of the file. */
type LiveOptions = Pick<BackupOptions, "url" | "key" | "progress" | "clock" | "limits" | "signal">;

/** What a comparison gives. */
interface LiveComparison {
  readonly findings: readonly Finding[];
  /** How the app was read; its own exit code says whether all of it could be. */
  readonly read: BackupResult;
}

/**
 * Compares a file with the live app.
 * @param media whether media are read again
 */
export async function verifyLive(file: Side, options: LiveOptions, media: boolean): Promise<LiveComparison> {
  const stored = provenanceObject(file.catalogue, "options");
  const withMedia = media && stored["media"] !== false;
  const folder = await makeTemporaryFolder("verify");
  try {
    const read = await runBackup({
      ...options,
      destination: { kind: "directory", path: folder },
      selection: { only: names(stored["table"]), exclude: names(stored["exclude"]) },
      media: withMedia,
      schemaFile: null,
      strictSchema: false,
    });
    using now = await openArchive(read.path);
    return { findings: [...compareArchives(file, now, { media: withMedia })], read };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(value: Json | undefined): readonly string[] {
  return isArray(value) ? value.flatMap((name) => stringOf(name) ?? []) : [];
}
