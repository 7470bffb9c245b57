/**
 * Opens SQLite files, with whichever engine `lib/deps.ts` loads. Nothing else does.
 */
import { BUILD } from "../build_info.ts";
import { loadSqlite } from "../deps.ts";
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

/** Failures that say more than that a file cannot be opened. */
const OWN_WORDS: ReadonlySet<ErrorCode> = new Set(["locked", "damaged", "unfinished-write"]);

/**
 * Opens a SQLite file.
 * @throws {AnvilSqliteError} `no-sqlite` (exit 2) when SQLite itself cannot be loaded; `cannot-open` (exit 20) when there is no
 * such file, it is not a regular file, or it cannot be opened, `unfinished-write`; `locked` (exit 21), `damaged` (exit 4);
 * `not-permitted` (exit 2)
 */
export async function openEngine(path: string, options: OpenOptions): Promise<Engine> {
  if (path !== IN_MEMORY) await checkRegularFile(path);
  const sqlite = await loadSqlite().catch((cause: unknown) => {
    throw libraryError(cause);
  });
  try {
    const database = new sqlite.Database(path, {
      readonly: options.mode === "read",
      create: options.mode === "create",
      int64: true,
      parseJson: false,
    });
    return new LoadedEngine(database, path);
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && OWN_WORDS.has(cause.code)) throw cause;
    throw new AnvilSqliteError(`Cannot open SQLite file '${path}': ${messageOf(cause)}`, {
      code: "cannot-open",
      hint: "Check that the path is right and that you may read it.",
      cause,
    });
  }
}

/**
 * `@db/sqlite` loads its shared library when its module is evaluated. What it throws then says what lay beneath as its
 * cause; a permission that is missing is for Deno to say.
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

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
