/**
 * The file beside a restore: which row of the archive became which row of the app, and how far the restore is. Every
 * row that should come back is in it from the beginning; what happened to a row is written with its batch. So a killed
 * restore can go on where it stopped, and what it inserted can be undone. It never asks the app.
 */
import { isTaken } from "../disk/file_identity.ts";
import { checkPathRoom } from "../disk/path_room.ts";
import { SIDECAR_SUFFIXES } from "../disk/sidecars.ts";
import { AnvilSqliteError } from "../errors.ts";
import { type Engine } from "../sqlite/engine.ts";
import { beginFile, checkNewName, NEW_FILE_ENDING } from "../sqlite/new_file.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { checkRegularFile } from "../sqlite/regular_file.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { CELL_STATEMENTS } from "./cell_tables.ts";
import { MapCells } from "./map_cells.ts";
import { MapGroups } from "./map_groups.ts";
import { MapPlan } from "./map_plan.ts";
import { damagedIdMap } from "./damaged_id_map.ts";
import { beginProof, isDamaged, keepDescription, PROOF_STATEMENTS } from "./map_proof.ts";
import { MapRows } from "./map_rows.ts";
import { MapStatements } from "./map_statements.ts";

/** `PRAGMA application_id` of an id map: "AnvM" in ASCII. */
export const ID_MAP_APPLICATION_ID = 0x416e_764d;
/** Ending of an id map's name, after the archive's. */
export const ID_MAP_SUFFIX = ".idmap.sqlite";
const VERSION = 2;
/** Version of maps that keep no proofs of what they hold. */
const UNPROVEN = 1;

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
`;
const IDENTITY = `PRAGMA application_id = ${ID_MAP_APPLICATION_ID}; PRAGMA user_version = ${VERSION};`;

/** An id map that is being made: it gets its name only when its plan is finished. */
interface NewIdMap {
  readonly idMap: IdMap;
  /**
   * Gives it its name. @returns the map to go on with
   * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
   */
  giveName(): Promise<IdMap>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}

/**
 * Begins an id map, readable by its owner only.
 * @throws {AnvilSqliteError} `destination-exists`, `name-too-long`, `cannot-write` (exit 21)
 */
export async function beginIdMap(path: string): Promise<NewIdMap> {
  await checkPathRoom(path, [NEW_FILE_ENDING, ...SIDECAR_SUFFIXES], "--id-map");
  await checkNewName(path);
  const file = await beginFile(path).catch((cause: unknown) => {
    throw cannotCreate(path, cause);
  });
  const { engine } = file;
  try {
    prepare(engine);
    engine.transaction(() => engine.exec(STATEMENTS + CELL_STATEMENTS + IDENTITY));
    const idMap = new IdMap(engine);
    return {
      idMap,
      giveName: async () => {
        engine.transaction(() => beginProof(engine));
        idMap.close();
        await file.giveName();
        return await openIdMap(path);
      },
      discard: file.discard,
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Opens and locks an id map to go on with it, after checking that it holds what was written into it.
 * @throws {AnvilSqliteError} `no-id-map` (exit 2), `damaged-id-map` (exit 4), `not-an-id-map`, `cannot-open` (exit 20),
 * `locked` (exit 21)
 */
export async function openIdMap(path: string): Promise<IdMap> {
  await checkRegularFile(path);
  if (!await isTaken(path)) throw noIdMap(path);
  const engine = await openEngine(path, { mode: "write" }).catch((error: AnvilSqliteError) => {
    throw openingFailure(path, error.cause) ?? error;
  });
  try {
    prepare(engine);
    engine.exec("BEGIN EXCLUSIVE; COMMIT");
    const id = Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
    const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
    if (id !== ID_MAP_APPLICATION_ID || version > VERSION) throw notAnIdMap(path);
    await prove(engine, version);
    return new IdMap(engine);
  } catch (error) {
    engine.close();
    throw openingFailure(path, error) ?? error;
  }
}

/** Maps of the first version keep no proofs, and some have no cells; from now on they do. */
async function prove(engine: Engine, version: number): Promise<void> {
  const isProven = version > UNPROVEN;
  const hasCells = isProven || engine.query("SELECT 1 FROM sqlite_schema WHERE name = 'map_cells'").length > 0;
  const statements = STATEMENTS + (hasCells ? CELL_STATEMENTS : "") + (isProven ? PROOF_STATEMENTS.join(";\n") : "");
  const isWhole = await hasSchema(engine, statements) &&
    engine.query("PRAGMA integrity_check").every(([said]) => said === "ok") && !(isProven && isDamaged(engine));
  if (!isWhole) throw damagedIdMap(engine.path);
  if (isProven) return;
  engine.transaction(() => {
    if (!hasCells) engine.exec(CELL_STATEMENTS);
    beginProof(engine);
    engine.exec(`PRAGMA user_version = ${VERSION}`);
  });
}

/** Schemas as SQLite stores them, by the statements that make them. */
const SCHEMAS = new Map<string, string>();

/** Whether a file has exactly the tables, indexes and triggers of these statements, letter for letter. */
async function hasSchema(engine: Engine, statements: string): Promise<boolean> {
  const expected = SCHEMAS.get(statements) ?? await schemaOf(statements);
  SCHEMAS.set(statements, expected);
  return objectsIn(engine) === expected;
}

async function schemaOf(statements: string): Promise<string> {
  const engine = await openEngine(":memory:", { mode: "create" });
  try {
    engine.exec(statements);
    return objectsIn(engine);
  } finally {
    engine.close();
  }
}

function objectsIn(engine: Engine): string {
  return JSON.stringify(engine.query("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"));
}

/** The error of a file that another run holds, or that cannot be read. */
function openingFailure(path: string, cause: unknown): AnvilSqliteError | null {
  if (/not a database/i.test(String(cause))) return notAnIdMap(path, cause);
  if (/malformed|unsupported file format/i.test(String(cause))) return damagedIdMap(path, cause);
  if (!/locked|busy/i.test(String(cause))) return null;
  return new AnvilSqliteError(`Another run is using the id map '${path}'`, {
    code: "locked",
    hint: "Wait until it has ended.",
    cause,
  });
}

function cannotCreate(path: string, cause: unknown): unknown {
  if (!(cause instanceof AnvilSqliteError) || cause.code !== "cannot-write") return cause;
  const reason = cause.cause instanceof Error
    ? cause.cause.message.replace(/ \(os error \d+\).*$/s, "")
    : cause.message;
  return new AnvilSqliteError(`Cannot create the id map '${path}': ${reason}`, {
    code: "cannot-write",
    hint: "Choose another place with --id-map.",
    cause,
  });
}

function noIdMap(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`There is no id map '${path}'`, {
    code: "no-id-map",
    hint:
      "A restore that was stopped before it wrote anything leaves none: then there is nothing to go on with or to undo.",
  });
}

/** The error of a file that is not an id map. */
export function notAnIdMap(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is not an id map of this program`, {
    code: "not-an-id-map",
    hint: `Give the file that a restore has left, which ends in ${ID_MAP_SUFFIX}.`,
    cause,
  });
}

/**
 * `synchronous = NORMAL` with a rollback journal always survives `kill -9`, and survives a power cut on nearly all
 * disks.
 */
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
    this.#sql = new MapStatements(engine, keepDescription);
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

  /** The note under a name; null when there is none. */
  note(key: string): string | null {
    return textOf(this.#sql.rows("SELECT value FROM map_meta WHERE key = ?1", key)[0]?.[0]);
  }

  /** Writes a note, in a transaction of its own. */
  setNote(key: string, value: string): void {
    const sql = "INSERT OR REPLACE INTO map_meta (key, value) VALUES (?1, ?2)";
    this.#sql.transaction(() => {
      this.#sql.run(sql, key, value);
      this.#sql.describe();
    });
  }

  /** Closes the file as it is, and removes its empty journal. */
  close(): void {
    this.#sql.finalize();
    try {
      // Without the exclusive lock SQLite also removes the journal that a killed run has left.
      this.#sql.engine.exec(
        "PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = DELETE; SELECT 1 FROM map_meta LIMIT 1",
      );
    } catch {
      // A full or failing disk: the failure itself is being reported already, and the journal does no harm.
    }
    this.#sql.engine.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
