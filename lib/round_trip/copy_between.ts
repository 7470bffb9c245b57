/**
 * Copies one app's rows into another without keeping a file: a backup into a private temporary archive, then a restore
 * of it, with values masked on the way. The archive is deleted however the copy ends, except after a power cut.
 */
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import { openArchive } from "../archive/open_archive.ts";
import type { BackupOptions } from "../backup/backup_options.ts";
import { type BackupResult, runBackup } from "../backup/run_backup.ts";
import { closeSession, firstSession } from "../tables/session.ts";
import { join } from "../deps.ts";
import type { AppSchema } from "../schema/model/app_schema.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import { secretColumns } from "../label/secret_columns.ts";
import type { MapPlace } from "../restore/run/map_place.ts";
import type { Mask } from "../mask/mask.ts";
import { readMask } from "../mask/read_mask.ts";
import { CAREFUL, type RestoreMode, SETTLE_MS, WHOLE } from "../restore/job/restore_options.ts";
import { retryReporter } from "../ui/progress/progress.ts";
import { planRun, type RestoreRun } from "../restore/run/run_restore.ts";

/** An app and its key. */
interface AppAddress {
  readonly url: string;
  readonly key: string;
}

/** What to copy, and how. */
export interface CopyOptions
  extends Pick<BackupOptions, "selection" | "media" | "pace" | "progress" | "clock" | "limits" | "signal" | "waitMs"> {
  readonly from: AppAddress;
  readonly to: AppAddress;
  readonly mode: RestoreMode;
  readonly keys: readonly string[];
  readonly inOrder: boolean;
  /** Rules, as `read_mask.ts` reads them; null for none. */
  readonly mask: { readonly name: string; readonly text: string } | null;
  /** Where the id map of the restore is. */
  readonly map: MapPlace;
}

/** A copy that is ready to be written. */
interface CopyRun extends AsyncDisposable {
  readonly backup: BackupResult;
  readonly restore: RestoreRun;
  /** Columns with secrets of the Users service that no rule masks. */
  readonly unmasked: readonly { readonly table: string; readonly column: string }[];
}

/**
 * Reads the one app and plans what will be written to the other.
 * @throws {AnvilSqliteError} `bad-mask` (exit 2), and as `runBackup` and `planRun`
 */
export async function planCopy(options: CopyOptions): Promise<CopyRun> {
  const { from, to, clock, limits, signal, progress, selection, media } = options;
  const wait = options.waitMs === undefined ? {} : { waitMs: options.waitMs };
  const schema = await sourceSchema(options);
  const mask = options.mask === null ? null : readMask(options.mask.text, options.mask.name, schema);
  const folder = new PrivateFolder(await makeTemporaryFolder("copy"));
  try {
    const backup = await runBackup({
      ...from,
      ...wait,
      destination: { kind: "file", path: join(folder.path, "copy.sqlite") },
      selection,
      media,
      ...(options.pace === undefined ? {} : { pace: options.pace }),
      schemaFile: null,
      strictSchema: false,
      progress,
      clock,
      limits,
      signal,
    });
    const archive = await openArchive(backup.path);
    folder.onRemove(() => archive[Symbol.dispose]());
    const restore = await planRun({
      ...to,
      ...wait,
      archive,
      mode: options.mode,
      keys: options.keys,
      selection: WHOLE,
      inPlace: CAREFUL,
      earlierMaps: [],
      media,
      inOrder: options.inOrder,
      refuseOwnApp: true,
      mask,
      progress,
      clock,
      limits,
      signal,
      settleMs: SETTLE_MS,
    }, options.map);
    return {
      backup,
      restore,
      unmasked: unmaskedSecrets(schema, options, mask),
      [Symbol.asyncDispose]: async () => {
        await restore[Symbol.asyncDispose]();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** The source's schema, so that a mask that does not fit is reported before anything is copied. */
async function sourceSchema({ from, ...options }: CopyOptions): Promise<AppSchema> {
  const session = await firstSession({ ...options, ...from, onRetry: retryReporter(options.progress) });
  await closeSession(session);
  return schemaFromLive(session.live).schema;
}

function unmaskedSecrets(schema: AppSchema, { selection: { only, exclude } }: CopyOptions, mask: Mask | null) {
  return secretColumns(schema).filter(({ table, column }) =>
    (only.length === 0 || only.includes(table)) && !exclude.includes(table) &&
    (mask?.rule(table, column) ?? null) === null
  );
}

/** A temporary folder that only its owner may read. It is also removed when a second Ctrl-C ends the process. */
class PrivateFolder {
  readonly path: string;
  readonly #closers: (() => void)[] = [];
  readonly #onUnload = () => this.remove();
  #removed = false;

  constructor(path: string) {
    this.path = path;
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /** Registers something to close before the folder is removed. */
  onRemove(close: () => void): void {
    this.#closers.push(close);
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    globalThis.removeEventListener("unload", this.#onUnload);
    for (const close of this.#closers) close();
    try {
      Deno.removeSync(this.path, { recursive: true });
    } catch (error) {
      // At the end of the process the code that made it may have removed it already.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
