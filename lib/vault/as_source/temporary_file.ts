/**
 * A name for a file that is needed for a while, beside a vault or in the system's folder for such files. A lock file
 * shows whether its run is still alive; files that dead runs have left are removed.
 */
import { basename, dirname, join } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";

/** A name that belongs to this run until it is disposed of; then the file is removed. */
interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
  /** Keeps the file for good. */
  keep(): Promise<void>;
}

/** The purpose of a file. */
type Kind = "extract" | "incoming";

/** Whether a path is one that a backup into a vault has left. */
export function isIncoming(path: string): boolean {
  return /^\..+\.incoming-[0-9a-f]{8}\.sqlite/.test(basename(path));
}

const LOCK = ".lock";
const ENDINGS = ["", ".partial", "-journal", ".partial-journal", LOCK];

/**
 * Reserves a name.
 * @throws {AnvilSqliteError} `no-temp-folder` (exit 21)
 */
export async function temporaryFile(vaultPath: string, kind: Kind): Promise<TemporaryFile> {
  const start = `.${basename(vaultPath)}.${kind}-`;
  const folders = [dirname(vaultPath), systemFolder()];
  for (const folder of folders) {
    if (folder === null) continue;
    const path = join(folder, `${start}${crypto.randomUUID().slice(0, 8)}.sqlite`);
    const lock = lockFile(path + LOCK);
    if (lock === null) continue;
    await removeLeft(folder, start);
    return {
      path,
      keep: async () => {
        lock.close();
        // Without a lock the file has no known run, and stays until its owner removes it.
        await Deno.remove(path + LOCK).catch(() => {});
      },
      [Symbol.asyncDispose]: async () => {
        await removeAll(path);
        lock.close();
        await removeAll(path);
      },
    };
  }
  throw new AnvilSqliteError(`There is no place for a temporary file beside '${vaultPath}'`, {
    code: "no-temp-folder",
    hint: "Make its folder writable, or set TMPDIR to a folder that is.",
  });
}

/** The system's folder, found by making a file in it; null when that fails. */
function systemFolder(): string | null {
  try {
    const path = Deno.makeTempFileSync();
    Deno.removeSync(path);
    return dirname(path);
  } catch {
    return null;
  }
}

/** Null where nothing can be written. */
function lockFile(path: string): Deno.FsFile | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  } catch {
    return null;
  }
  file.lockSync(true);
  return file;
}

/** Removes files of runs that have ended: nobody holds their lock. */
async function removeLeft(folder: string, start: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith(start) || !name.endsWith(LOCK)) continue;
    const path = join(folder, name);
    try {
      using file = await Deno.open(path, { write: true });
      if (!await file.tryLock(true)) continue;
    } catch {
      continue;
    }
    await removeAll(path.slice(0, -LOCK.length));
  }
}

async function removeAll(path: string): Promise<void> {
  for (const ending of ENDINGS) {
    // On Windows an open file cannot be removed: its own run does it soon after.
    await Deno.remove(path + ending).catch(() => {});
  }
}
