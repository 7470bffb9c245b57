/**
 * The app as it is now, as an archive: read with the backup's own code into a temporary file, which is removed again.
 */
import { type OpenArchive, openArchive } from "../archive/open_archive.ts";
import { provenanceObject } from "../archive/catalogue/catalogue.ts";
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import type { BackupOptions } from "../backup/backup_options.ts";
import { type BackupResult, runBackup } from "../backup/run_backup.ts";
import { isArray, type Json, stringOf } from "../json/exact_json.ts";

/** What reading the app needs. */
export type LiveOptions = Pick<
  BackupOptions,
  "url" | "key" | "pace" | "progress" | "clock" | "limits" | "signal" | "waitMs"
>;

/** The app as it is now. */
interface LiveArchive extends AsyncDisposable {
  readonly archive: OpenArchive;
  /** How the app was read; its own exit code says whether all of it could be. */
  readonly read: BackupResult;
  /** Whether media were read. */
  readonly media: boolean;
}

/**
 * Reads the app in the same way as a backup of it was made: the same tables, and media if the backup has them.
 * @param media whether media are read at all
 * @throws {AnvilSqliteError} as `runBackup`
 */
export async function readLive(
  { catalogue }: Pick<OpenArchive, "catalogue">,
  options: LiveOptions,
  media: boolean,
): Promise<LiveArchive> {
  const stored = provenanceObject(catalogue, "options");
  const withMedia = media && stored["media"] !== false;
  const folder = await makeTemporaryFolder("live");
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const read = await runBackup({
      ...options,
      destination: { kind: "directory", path: folder },
      selection: { only: names(stored["table"]), exclude: names(stored["exclude"]) },
      media: withMedia,
      schemaFile: null,
      strictSchema: false,
    });
    const archive = await openArchive(read.path);
    return {
      archive,
      read,
      media: withMedia,
      [Symbol.asyncDispose]: async () => {
        archive[Symbol.dispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function names(value: Json | undefined): readonly string[] {
  return isArray(value) ? value.flatMap((name) => stringOf(name) ?? []) : [];
}
