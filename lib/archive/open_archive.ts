/**
 * Opens a finished archive for reading, and turns away what is none.
 * Never writes and trusts nothing in the file: read-only, untrusted schema.
 */
import { AnvilSqliteError, EXIT } from "../errors.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { type Engine, openEngine } from "./engine.ts";
import { APPLICATION_ID, FORMAT_VERSION } from "./identity.ts";

/** An archive open for reading. */
export interface OpenArchive extends Disposable {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
}

/**
 * Opens an archive.
 * @throws {AnvilSqliteError} `cannot-open`, `not-an-archive`, `newer-format`, `damaged-catalogue` (exit 20)
 */
export async function openArchive(path: string): Promise<OpenArchive> {
  const engine = await openEngine(path, { mode: "read" });
  try {
    checkIdentity(engine);
    return { engine, catalogue: readCatalogue(engine), [Symbol.dispose]: () => engine.close() };
  } catch (error) {
    engine.close();
    if (error instanceof AnvilSqliteError) throw error;
    throw notAnArchive(path, error);
  }
}

/**
 * Checks that an open file is an archive of a format this program knows.
 * @throws {AnvilSqliteError} `not-an-archive`, `newer-format` (exit 20)
 */
export function checkIdentity(engine: Engine): void {
  if (applicationId(engine) !== APPLICATION_ID) throw notAnArchive(engine.path);
  const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
  if (version <= FORMAT_VERSION) return;
  throw new AnvilSqliteError(
    `'${engine.path}' has format ${version}; this program knows formats up to ${FORMAT_VERSION}`,
    {
      code: "newer-format",
      hint: "Get the newest version of anvil-sqlite.",
      exitCode: EXIT.notOurs,
    },
  );
}

/** The first thing read of a file: what is no SQLite file at all shows here. */
function applicationId(engine: Engine): number {
  try {
    return Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
  } catch (cause) {
    throw notAnArchive(engine.path, cause);
  }
}

function notAnArchive(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is not an archive of anvil-sqlite`, {
    code: "not-an-archive",
    hint: "Give a .sqlite file that 'anvil-sqlite backup' or 'demo' has written.",
    exitCode: EXIT.notOurs,
    cause,
  });
}
