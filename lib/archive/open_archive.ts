/**
 * Opens a finished archive for reading, and refuses any other file. It never writes, and trusts nothing in the file: it
 * opens read-only, with an untrusted schema, and reads a table only after checking that it is one.
 */
import { AnvilSqliteError } from "../errors.ts";
import { type Catalogue, readCatalogue } from "./catalogue/catalogue.ts";
import { type Engine } from "../sqlite/engine.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { APPLICATION_ID, FORMAT_VERSION } from "./catalogue/identity.ts";
import { CATALOGUE, checkPlainTables, dataTables } from "./catalogue/plain_tables.ts";
import { howToFinish, isUnfinished } from "./catalogue/unfinished.ts";

/** An archive open for reading. */
export interface OpenArchive extends Disposable {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
}

/** What else counts as an archive. */
interface OpenArchiveOptions {
  /** Whether a partial file may be opened. Default: false. */
  readonly unfinished?: boolean;
}

/**
 * Opens a finished archive.
 * @throws {AnvilSqliteError} `cannot-open`, `not-an-archive`, `newer-format`, `unfinished` (exit 20), `damaged`,
 * `damaged-catalogue` (exit 4)
 */
export async function openArchive(path: string, options: OpenArchiveOptions = {}): Promise<OpenArchive> {
  const engine = await openEngine(path, { mode: "read" });
  try {
    const catalogue = readTrusted(engine);
    if (options.unfinished !== true && isUnfinished(engine)) throw unfinished(path);
    return { engine, catalogue, [Symbol.dispose]: () => engine.close() };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/**
 * The catalogue of an open file, whole or partial, after checking that reading it and its tables runs no code.
 * @throws {AnvilSqliteError} as {@link openArchive}, except `unfinished`
 */
export function readTrusted(engine: Engine): Catalogue {
  checkIdentity(engine);
  try {
    checkPlainTables(engine, CATALOGUE);
    const catalogue = readCatalogue(engine);
    checkPlainTables(engine, dataTables(catalogue.tables));
    return catalogue;
  } catch (cause) {
    if (cause instanceof AnvilSqliteError) throw cause;
    throw damaged(engine, cause);
  }
}

/**
 * Checks that an open file is an archive of a format this program knows.
 * @throws {AnvilSqliteError} `not-an-archive`, `newer-format` (exit 20)
 */
function checkIdentity(engine: Engine): void {
  if (applicationId(engine) !== APPLICATION_ID) throw notAnArchive(engine.path);
  const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
  if (version <= FORMAT_VERSION) return;
  throw new AnvilSqliteError(
    `'${engine.path}' has format ${version}; this program knows formats up to ${FORMAT_VERSION}`,
    {
      code: "newer-format",
      hint: "Get the newest version of anvil-sqlite.",
    },
  );
}

/** The first read of a file: here it shows if it is not a SQLite file at all. */
function applicationId(engine: Engine): number {
  try {
    return Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && cause.code !== "not-a-database") throw cause;
    throw notAnArchive(engine.path, cause);
  }
}

function notAnArchive(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is not a backup of anvil-sqlite`, {
    code: "not-an-archive",
    hint: "Give a .sqlite file that 'anvil-sqlite backup' or 'demo' has written.",
    cause,
  });
}

function unfinished(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is unfinished: its backup was interrupted`, {
    code: "unfinished",
    hint: `To have it finished, ${howToFinish(path)}.`,
  });
}

function damaged(engine: Engine, cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(
    `The catalogue of '${engine.path}' cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      code: "damaged-catalogue",
      hint: "Use another backup; 'sqlite3 FILE .dump' may still show the rows.",
      cause,
    },
  );
}
