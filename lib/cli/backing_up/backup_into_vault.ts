/**
 * `backup --vault`: makes a backup as a file beside the vault, takes it into the vault and removes it. When the vault
 * cannot take it in, the file stays, and the message says how to go on.
 */
import type { BackupOptions } from "../../backup/backup_options.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { pause } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { helperModule } from "../input/helper_module.ts";
import { fileAt } from "../../source/file_snapshot.ts";
import { temporaryFile } from "../../vault/as_source/temporary_file.ts";
import { VaultAdder } from "../../vault/add_snapshots.ts";
import type { TakenIn } from "../../vault/take_in/take_in.ts";
import { PROGRAM } from "../../version.ts";

/** A backup that is in a vault. */
interface VaultBackup {
  readonly result: BackupResult;
  readonly taken: TakenIn;
}

/**
 * Backs an app up into a vault.
 * @param mainModule URL of the program's main module, which a second thread can run
 * @param resume the partial file of a run that was interrupted, or null
 * @throws {AnvilSqliteError} as `runBackup` and `VaultAdder`
 */
export async function backupIntoVault(
  vault: string,
  resume: string | null,
  options: Omit<BackupOptions, "destination">,
  mainModule: string,
): Promise<VaultBackup> {
  const { clock, progress, signal } = options;
  await using adder = new VaultAdder(vault, {
    force: false,
    heals: true,
    helperModule: helperModule(mainModule),
    now: () => new Date(clock.now()),
    onStep: (table) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what: `table ${table}` });
    },
  });
  // Checked now: a vault that cannot be written must be found before the backup takes hours.
  await adder.check();
  const file = await temporaryFile(vault, "incoming");
  const destination = resume === null
    ? { kind: "file", path: file.path } as const
    : { kind: "partial", path: resume } as const;
  let result: BackupResult;
  try {
    result = await runBackup({ ...options, destination });
  } catch (error) {
    const partial = resume ?? `${file.path}.partial`;
    const isThere = await Deno.lstat(partial).then(() => true, () => false);
    if (isThere) await file.keep();
    else await file[Symbol.asyncDispose]();
    throw isThere ? resumable(error, vault, partial) : error;
  }
  try {
    const taken = await addPatiently(adder, result.path, options);
    await file[Symbol.asyncDispose]();
    if (resume !== null) await Deno.remove(result.path);
    return { result, taken };
  } catch (error) {
    await file.keep();
    throw addable(error, vault, result.path);
  }
}

/** Times that a locked vault is tried again, a while apart: somebody may be reading it, and will end. */
const TRIES = 30;
const WHILE_MS = 2_000;

async function addPatiently(
  adder: VaultAdder,
  path: string,
  { clock, signal }: Pick<BackupOptions, "clock" | "signal">,
) {
  for (let n = 1;; n++) {
    try {
      return await adder.add({ open: () => Promise.resolve(fileAt(path)) });
    } catch (error) {
      if (!(error instanceof AnvilSqliteError) || error.code !== "locked" || n >= TRIES) throw error;
      await pause(clock, WHILE_MS, signal);
    }
  }
}

function resumable(error: unknown, vault: string, partial: string): unknown {
  if (!(error instanceof AnvilSqliteError) || error.hint?.includes("--resume") !== true) return error;
  return new AnvilSqliteError(error.message, {
    code: error.code,
    hint:
      `What was copied is kept: continue with '${PROGRAM} backup --vault ${vault} --resume ${partial}', or delete it.`,
    cause: error,
  });
}

function addable(error: unknown, vault: string, path: string): unknown {
  if (!(error instanceof AnvilSqliteError)) return error;
  return new AnvilSqliteError(`The backup is whole, and is not in the vault: ${error.message}`, {
    code: error.code,
    hint: `It is kept: '${PROGRAM} vault add ${vault} ${path}' takes it in; then delete it.`,
    cause: error,
  });
}
