/**
 * Opens SQLite files, with the engine that `lib/deps.ts` loads. No other file opens one.
 */
import { BUILD } from "../build_info.ts";
import { loadSqlite } from "../deps.ts";
import { isTaken } from "../disk/file_identity.ts";
import { fullPathBytes, SQLITE_PATH_BYTES } from "../disk/path_room.ts";
import type { ErrorCode } from "../error_codes.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { LoadedEngine } from "./loaded_engine.ts";
import { checkRegularFile } from "./regular_file.ts";

/** How a file is opened. */
export interface OpenOptions {
  /** `read` never writes and trusts no schema, `write` needs an existing file, `create` makes one. */
  readonly mode: "read" | "write" | "create";
}

/** SQLite's name for a database without a file. */
const IN_MEMORY = ":memory:";

/** Failures with a message better than that a file cannot be opened. */
const OWN_WORDS: ReadonlySet<ErrorCode> = new Set(["locked", "damaged", "unfinished-write"]);

/**
 * Opens a SQLite file.
 * @throws {AnvilSqliteError} `no-sqlite` (exit 2) when SQLite itself cannot be loaded; `cannot-open` (exit 20) when there is no
 * such file, it is not a regular file, or it cannot be opened, `unfinished-write`; `locked` (exit 21), `damaged` (exit 4);
 * `not-permitted` (exit 2)
 */
export async function openEngine(path: string, { mode }: OpenOptions): Promise<Engine> {
  if (path !== IN_MEMORY) await checkRegularFile(path);
  const isQuiet = mode === "read" && await isInWalMode(path) && !await isTaken(`${path}-wal`);
  return isQuiet ? await openQuietly(path) : await open(path, { readonly: mode === "read", create: mode === "create" });
}

async function open(path: string, how: { readonly readonly: boolean; readonly create: boolean }): Promise<Engine> {
  const sqlite = await loadSqlite().catch((cause: unknown) => {
    throw libraryError(cause);
  });
  try {
    return new LoadedEngine(new sqlite.Database(path, { ...how, int64: true, parseJson: false }), path);
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && OWN_WORDS.has(cause.code)) throw cause;
    const isTooLong = Deno.build.os !== "windows" && await fullPathBytes(path) > SQLITE_PATH_BYTES;
    throw new AnvilSqliteError(
      `Cannot open SQLite file '${path}': ${isTooLong ? "its path is too long" : messageOf(cause)}`,
      {
        code: "cannot-open",
        hint: isTooLong
          ? `SQLite takes full paths of at most ${SQLITE_PATH_BYTES} bytes: move the file.`
          : "Check that the path is right and that you may read it.",
        cause,
      },
    );
  }
}

/**
 * `@db/sqlite` loads its shared library when its module is evaluated. The underlying error is the cause of what it
 * throws then; Deno itself reports a missing permission.
 */
function libraryError(cause: unknown): unknown {
  if (cause instanceof Deno.errors.NotCapable || cause instanceof AnvilSqliteError) return cause;
  const beneath = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  if (beneath instanceof Deno.errors.NotCapable) return beneath;
  return new AnvilSqliteError(`SQLite's library cannot be loaded: ${messageOf(beneath)}`, {
    code: "no-sqlite",
    hint: BUILD === null
      ? "Set DENO_SQLITE_PATH to the shared library of SQLite, or run with deno.json as --import-map, which needs none."
      : "This program unpacks its own into the temporary folder (TMPDIR), which must be there, be writable and allow " +
        "programs to run. The program anvil-sqlite, without -ffi, needs no library.",
    cause,
  });
}

/** Bytes 18 and 19 of a file in WAL mode (sqlite.org/fileformat.html, section 1.3.3). */
async function isInWalMode(path: string): Promise<boolean> {
  const header = new Uint8Array(20);
  try {
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path);
    await file.read(header);
  } catch {
    // If it cannot be read, opening it reports why.
    return false;
  }
  return header[18] === 2 && header[19] === 2;
}

/**
 * Opens a file in WAL mode for reading. A connection that may not write leaves behind the `-wal` and `-shm` that it
 * must make; one that may write removes them when it closes. Neither changes the file itself. Source:
 * sqlite.org/wal.html, section 5.
 */
async function openQuietly(path: string): Promise<Engine> {
  try {
    (await Deno.open(path, { read: true, write: true })).close();
    const engine = await open(path, { readonly: false, create: false });
    engine.exec("PRAGMA query_only = ON");
    return engine;
  } catch (error) {
    const isForbidden = error instanceof Deno.errors.PermissionDenied ||
      error instanceof AnvilSqliteError && (error.code === "unfinished-write" || error.code === "cannot-open");
    throw isForbidden ? walUnreadable(path, error) : error;
  }
}

function walUnreadable(path: string, cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is in WAL mode, and SQLite cannot read it without writing beside it`, {
    code: "cannot-open",
    hint: "Copy it into a folder where you may write, and give the copy.",
    cause,
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
