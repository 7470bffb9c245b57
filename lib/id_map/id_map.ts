/**
 * The side file of a restore: which row of the archive became which row of the app, and how far the restore is.
 * Every row that is to come back stands in it from the beginning; what happened to it is written with its batch. So a
 * restore that was killed goes on where it stopped, and what it inserted can be undone. It never asks the app.
 */
import { AnvilSqliteError } from "../errors.ts";
import { type Engine } from "../sqlite/engine.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { CELL_STATEMENTS, MapCells } from "./map_cells.ts";
import { MapGroups } from "./map_groups.ts";
import { MapPlan } from "./map_plan.ts";
import { MapRows } from "./map_rows.ts";
import { MapStatements } from "./map_statements.ts";

/** `PRAGMA application_id` of an id map: "AnvM" in ASCII. */
export const ID_MAP_APPLICATION_ID = 0x416e_764d;
/** Ending of an id map's name, behind the archive's. */
export const ID_MAP_SUFFIX = ".idmap.sqlite";
const VERSION = 1;

const STATEMENTS = `
CREATE TABLE map_meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE map_tables (
  position INTEGER PRIMARY KEY,
  id INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  live_id INTEGER NOT NULL,
  empties INTEGER NOT NULL,
  emptied_by INTEGER
) STRICT;
CREATE TABLE map_groups (id INTEGER PRIMARY KEY, state TEXT NOT NULL, closing_at INTEGER) STRICT;
CREATE TABLE map_rows (
  table_id INTEGER NOT NULL,
  old_row INTEGER NOT NULL,
  new_row INTEGER,
  action TEXT NOT NULL,
  written_by INTEGER,
  linked_by INTEGER,
  PRIMARY KEY (table_id, old_row)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX map_rows_by_new ON map_rows (table_id, new_row) WHERE new_row IS NOT NULL;
CREATE TABLE map_abandoned (group_id INTEGER NOT NULL, table_id INTEGER NOT NULL, new_row INTEGER NOT NULL) STRICT;
CREATE TABLE map_selected (
  table_id INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (table_id, row)
) STRICT, WITHOUT ROWID;
CREATE TABLE map_live (table_id INTEGER NOT NULL, key TEXT NOT NULL, row INTEGER NOT NULL) STRICT;
CREATE INDEX map_live_by_key ON map_live (table_id, key);
${CELL_STATEMENTS}
PRAGMA application_id = ${ID_MAP_APPLICATION_ID};
PRAGMA user_version = ${VERSION};
`;

/**
 * Creates an id map, readable by its owner only, and locks it.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
 */
export async function createIdMap(path: string): Promise<IdMap> {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (cause) {
    const exists = cause instanceof Deno.errors.AlreadyExists;
    const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
    throw new AnvilSqliteError(`Cannot create the id map '${path}': ${exists ? "it exists already" : reason}`, {
      code: exists ? "destination-exists" : "cannot-write",
      hint: "Choose another place with --id-map.",
      cause,
    });
  }
  const engine = await openEngine(path, { mode: "write" });
  prepare(engine);
  engine.transaction(() => engine.exec(STATEMENTS));
  return new IdMap(engine);
}

/**
 * Opens an id map to go on with it, and locks it.
 * @throws {AnvilSqliteError} `not-an-id-map`, `cannot-open` (exit 20), `locked` (exit 21)
 */
export async function openIdMap(path: string): Promise<IdMap> {
  const engine = await openEngine(path, { mode: "write" }).catch((error: AnvilSqliteError) => {
    throw openingFailure(path, error.cause) ?? error;
  });
  try {
    prepare(engine);
    engine.exec("BEGIN EXCLUSIVE; COMMIT");
    const id = Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
    const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
    if (id !== ID_MAP_APPLICATION_ID || version > VERSION) throw notAnIdMap(path);
    return new IdMap(engine);
  } catch (error) {
    engine.close();
    throw openingFailure(path, error) ?? error;
  }
}

/** What a file says when it is opened that another run holds, or that is no database. */
function openingFailure(path: string, cause: unknown): AnvilSqliteError | null {
  if (/not a database|malformed/i.test(String(cause))) return notAnIdMap(path, cause);
  if (!/locked|busy/i.test(String(cause))) return null;
  return new AnvilSqliteError(`Another run is using the id map '${path}'`, {
    code: "locked",
    hint: "Wait until it has ended.",
    cause,
  });
}

/** The error of a file that is not an id map. */
export function notAnIdMap(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is no id map of this program`, {
    code: "not-an-id-map",
    hint: `Give the file that a restore has left, which ends in ${ID_MAP_SUFFIX}.`,
    cause,
  });
}

/** `synchronous = NORMAL` with a rollback journal survives `kill -9` always, and a power cut on all but odd disks. */
function prepare(engine: Engine): void {
  engine.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = TRUNCATE;
    PRAGMA synchronous = NORMAL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -32000;
  `);
}

/** An open id map. */
export class IdMap implements Disposable {
  readonly plan: MapPlan;
  readonly rows: MapRows;
  readonly groups: MapGroups;
  readonly cells: MapCells;
  readonly #sql: MapStatements;

  constructor(engine: Engine) {
    this.#sql = new MapStatements(engine);
    this.plan = new MapPlan(this.#sql);
    this.rows = new MapRows(this.#sql);
    this.groups = new MapGroups(this.#sql);
    this.cells = new MapCells(this.#sql);
  }

  get path(): string {
    return this.#sql.engine.path;
  }

  /** Writes inside one transaction. */
  transaction<T>(body: () => T): T {
    return this.#sql.transaction(body);
  }

  /** What was noted under a name; null when nothing was. */
  note(key: string): string | null {
    return textOf(this.#sql.rows("SELECT value FROM map_meta WHERE key = ?1", key)[0]?.[0]);
  }

  /** Notes something, in a transaction of its own. */
  setNote(key: string, value: string): void {
    const sql = "INSERT OR REPLACE INTO map_meta (key, value) VALUES (?1, ?2)";
    this.#sql.transaction(() => this.#sql.run(sql, key, value));
  }

  /** Closes the file as it is, and takes its emptied journal away. */
  close(): void {
    this.#sql.finalize();
    try {
      this.#sql.engine.exec("PRAGMA journal_mode = DELETE");
    } catch {
      // A full or failing disk: whatever it was is being told already, and the journal does no harm.
    }
    this.#sql.engine.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
