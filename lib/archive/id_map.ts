/**
 * The side file of a restore: which row of the archive became which row of the app, and how far the restore is.
 * Every row that is to come back stands in it from the beginning; what happened to it is written with its batch. So a
 * restore that was killed goes on where it stopped, and what it inserted can be undone. It never asks the app.
 *
 * Writes to the app come in groups, one transaction of the server each. What a group did counts only once the group is
 * `committed`: a group that was given up takes its rows' marks with it ({@link IdMap.abandon}).
 */
import { AnvilSqliteError, EXIT } from "../errors.ts";
import type { RowId } from "../value/row_id.ts";
import { type Engine, openEngine, type Prepared, type SqlRow, type SqlValue, textOf } from "./engine.ts";

/** `PRAGMA application_id` of an id map: "AnvM" in ASCII. */
export const ID_MAP_APPLICATION_ID = 0x416e_764d;
/** Ending of an id map's name, behind the archive's. */
export const ID_MAP_SUFFIX = ".idmap.sqlite";
const VERSION = 1;

/** What is to become of a row: a new one is inserted, a row of the app is updated, or a row of the app stands for it. */
export const ROW_ACTIONS = ["insert", "update", "keep"] as const;

/** One of {@link ROW_ACTIONS}. */
export type RowAction = typeof ROW_ACTIONS[number];

/** A row as planned. */
export interface PlannedRow {
  readonly old: RowId;
  readonly action: RowAction;
  /** The app's row; null for one that is to be inserted. */
  readonly fresh: RowId | null;
}

/** A table as planned. */
export interface MappedTable {
  /** Id in the archive. */
  readonly id: number;
  /** Python name. */
  readonly name: string;
  /** Id in the app. */
  readonly liveId: number;
  /** Whether the app's rows are deleted first. */
  readonly empties: boolean;
}

/** A pair of rows. */
export interface RowPair {
  readonly old: RowId;
  readonly fresh: RowId;
}

/** How far a table is. */
export interface TableProgress {
  readonly inserts: number;
  readonly updates: number;
  readonly keeps: number;
  /** Of the inserts, those that are in the app. */
  readonly inserted: number;
  /** Of the updates, those that are done. */
  readonly updated: number;
}

const STATEMENTS = `
CREATE TABLE map_meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE map_tables (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  live_id INTEGER NOT NULL,
  empties INTEGER NOT NULL,
  emptied_by INTEGER
) STRICT;
CREATE TABLE map_groups (id INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;
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
    throw new AnvilSqliteError(`Cannot create the id map '${path}'${exists ? ": it exists already" : ""}`, {
      code: exists ? "destination-exists" : "cannot-write",
      hint: "Choose another place with --id-map.",
      exitCode: EXIT.destination,
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
  const engine = await openEngine(path, { mode: "write" });
  try {
    prepare(engine);
    engine.exec("BEGIN EXCLUSIVE; COMMIT");
    const id = Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0);
    const version = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
    if (id !== ID_MAP_APPLICATION_ID || version > VERSION) throw notAnIdMap(path);
    return new IdMap(engine);
  } catch (error) {
    engine.close();
    if (error instanceof AnvilSqliteError) throw error;
    if (!/locked|busy/i.test(String(error))) throw notAnIdMap(path, error);
    throw new AnvilSqliteError(`Another run is using the id map '${path}'`, {
      code: "locked",
      hint: "Wait until it has ended.",
      exitCode: EXIT.destination,
      cause: error,
    });
  }
}

function notAnIdMap(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is no id map of this program`, {
    code: "not-an-id-map",
    hint: `Give the file that a restore has left, which ends in ${ID_MAP_SUFFIX}.`,
    exitCode: EXIT.notOurs,
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

const digits = (value: unknown): RowId => String(value);

/** An open id map. */
export class IdMap implements Disposable {
  readonly #engine: Engine;
  readonly #statements = new Map<string, Prepared>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get path(): string {
    return this.#engine.path;
  }

  /** Closes the file as it is. */
  close(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    this.#engine.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Writes inside one transaction. */
  transaction<T>(body: () => T): T {
    return this.#engine.transaction(body);
  }

  /** What was noted under a name; null when nothing was. */
  meta(key: string): string | null {
    return textOf(this.#rows("SELECT value FROM map_meta WHERE key = ?1", key)[0]?.[0]);
  }

  /** Notes something. Runs in the caller's transaction. */
  setMeta(key: string, value: string): void {
    this.#run("INSERT OR REPLACE INTO map_meta (key, value) VALUES (?1, ?2)", key, value);
  }

  // Planning.

  /** Adds a table. Runs in the caller's transaction. */
  addTable({ id, name, liveId, empties }: MappedTable): void {
    this.#run(
      "INSERT INTO map_tables (id, name, live_id, empties) VALUES (?1, ?2, ?3, ?4)",
      BigInt(id),
      name,
      BigInt(liveId),
      empties ? 1n : 0n,
    );
  }

  /** The tables, in the order in which they were added. */
  tables(): readonly MappedTable[] {
    return this.#rows("SELECT id, name, live_id, empties FROM map_tables ORDER BY rowid").map((
      [id, name, live, empties],
    ) => ({ id: Number(id), name: String(name), liveId: Number(live), empties: Number(empties) === 1 }));
  }

  /** Adds a row. Runs in the caller's transaction. */
  plan(table: number, { old, action, fresh }: PlannedRow): void {
    this.#run(
      "INSERT INTO map_rows (table_id, old_row, new_row, action) VALUES (?1, ?2, ?3, ?4)",
      BigInt(table),
      BigInt(old),
      fresh === null ? null : BigInt(fresh),
      action,
    );
  }

  /** Selects a row of the archive; false when it was selected before. Runs in the caller's transaction. */
  select(table: number, row: RowId): boolean {
    return this.#run(
      "INSERT OR IGNORE INTO map_selected (table_id, row) VALUES (?1, ?2)",
      BigInt(table),
      BigInt(row),
    ) > 0;
  }

  /** Whether a row of the archive is selected. */
  isSelected(table: number, row: RowId): boolean {
    return this.#rows("SELECT 1 FROM map_selected WHERE table_id = ?1 AND row = ?2", BigInt(table), BigInt(row))
      .length > 0;
  }

  /** Tables with selected rows. */
  selectedTables(): readonly number[] {
    return this.#rows("SELECT DISTINCT table_id FROM map_selected").map(([table]) => Number(table));
  }

  /** Remembers a row of the app under a key, for matching. Runs in the caller's transaction. */
  addLive(table: number, key: string, row: RowId): void {
    this.#run("INSERT INTO map_live (table_id, key, row) VALUES (?1, ?2, ?3)", BigInt(table), key, BigInt(row));
  }

  /** Rows of the app with a key, two at most. */
  live(table: number, key: string): readonly RowId[] {
    return this.#rows(
      "SELECT row FROM map_live WHERE table_id = ?1 AND key = ?2 LIMIT 2",
      BigInt(table),
      key,
    ).map(([row]) => digits(row));
  }

  /** The archive's row that an app's row stands for already; null when none. */
  oldRow(table: number, fresh: RowId): RowId | null {
    const [row] = this.#rows(
      "SELECT old_row FROM map_rows WHERE table_id = ?1 AND new_row = ?2",
      BigInt(table),
      BigInt(fresh),
    );
    return row === undefined ? null : digits(row[0]);
  }

  /** Forgets what only planning needs. */
  dropPlanning(): void {
    this.transaction(() => this.#engine.exec("DELETE FROM map_selected; DELETE FROM map_live"));
  }

  // Going on.

  /** How far a table is, with what is done in an open group. */
  progress(table: number): TableProgress {
    const [row] = this.#rows(
      `SELECT
        coalesce(sum(action = 'insert'), 0), coalesce(sum(action = 'update'), 0), coalesce(sum(action = 'keep'), 0),
        coalesce(sum(action = 'insert' AND written_by IS NOT NULL), 0),
        coalesce(sum(action = 'update' AND written_by IS NOT NULL), 0)
      FROM map_rows WHERE table_id = ?1`,
      BigInt(table),
    );
    const [inserts, updates, keeps, inserted, updated] = (row ?? []).map(Number);
    return {
      inserts: inserts ?? 0,
      updates: updates ?? 0,
      keeps: keeps ?? 0,
      inserted: inserted ?? 0,
      updated: updated ?? 0,
    };
  }

  /** Rows of a table that are not written yet, above `after`, by ascending id. */
  unwritten(table: number, action: "insert" | "update", after: RowId, limit: number): readonly PlannedRow[] {
    return this.#rows(
      `SELECT old_row, new_row FROM map_rows
       WHERE table_id = ?1 AND action = ?2 AND written_by IS NULL AND old_row > ?3 ORDER BY old_row LIMIT ?4`,
      BigInt(table),
      action,
      BigInt(after),
      BigInt(limit),
    ).map(([old, fresh]) => ({ old: digits(old), action, fresh: fresh === null ? null : digits(fresh) }));
  }

  /** Written rows of a table whose links are not set yet, above `after`, by ascending id. */
  unlinked(table: number, after: RowId, limit: number): readonly (RowPair & { readonly action: RowAction })[] {
    return this.#rows(
      `SELECT old_row, new_row, action FROM map_rows
       WHERE table_id = ?1 AND action <> 'keep' AND linked_by IS NULL AND new_row IS NOT NULL AND old_row > ?2
       ORDER BY old_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([old, fresh, action]) => ({
      old: digits(old),
      fresh: digits(fresh),
      action: action === "update" ? "update" : "insert",
    }));
  }

  /** Whether a row of the archive is planned: written, or stood for by a row of the app. */
  isPlanned(table: number, old: RowId): boolean {
    return this.#rows("SELECT 1 FROM map_rows WHERE table_id = ?1 AND old_row = ?2", BigInt(table), BigInt(old))
      .length > 0;
  }

  /** Whether a planned row is to be inserted or updated. */
  isToBeWritten(table: number, old: RowId): boolean {
    return this.#rows(
      "SELECT 1 FROM map_rows WHERE table_id = ?1 AND old_row = ?2 AND action <> 'keep'",
      BigInt(table),
      BigInt(old),
    ).length > 0;
  }

  /** The app's row that stands for a row of the archive; null when there is none (yet). */
  freshRow(table: number, old: RowId): RowId | null {
    const [row] = this.#rows(
      "SELECT new_row FROM map_rows WHERE table_id = ?1 AND old_row = ?2",
      BigInt(table),
      BigInt(old),
    );
    const fresh = row?.[0] ?? null;
    return fresh === null ? null : digits(fresh);
  }

  /** Pairs of a table that were written, by ascending row of the app, above `after`. */
  writtenPairs(table: number, after: RowId, limit: number): readonly RowPair[] {
    return this.#rows(
      `SELECT old_row, new_row FROM map_rows
       WHERE table_id = ?1 AND new_row > ?2 AND action <> 'keep' ORDER BY new_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([old, fresh]) => ({ old: digits(old), fresh: digits(fresh) }));
  }

  /** Whether a table that is to be emptied still has to be. */
  needsEmptying(table: number): boolean {
    return this.#rows("SELECT 1 FROM map_tables WHERE id = ?1 AND empties = 1 AND emptied_by IS NULL", BigInt(table))
      .length > 0;
  }

  /** Whether anything is left to write; `linkTables` are those with link columns. */
  hasWork(linkTables: readonly number[]): boolean {
    const queries: readonly string[] = [
      "SELECT 1 FROM map_tables WHERE empties = 1 AND emptied_by IS NULL LIMIT 1",
      "SELECT 1 FROM map_rows WHERE action <> 'keep' AND written_by IS NULL LIMIT 1",
    ];
    if (queries.some((sql) => this.#rows(sql).length > 0)) return true;
    return linkTables.some((table) =>
      this.#rows(
        "SELECT 1 FROM map_rows WHERE table_id = ?1 AND action <> 'keep' AND linked_by IS NULL LIMIT 1",
        BigInt(table),
      ).length > 0
    );
  }

  // Groups.

  /** Begins a group and returns its number. */
  beginGroup(): bigint {
    return this.transaction(() => {
      this.#run("INSERT INTO map_groups (state) VALUES ('open')");
      return BigInt(Number(this.#rows("SELECT max(id) FROM map_groups")[0]?.[0] ?? 0));
    });
  }

  /** Notes rows that the server has given an id. */
  recordInserted(group: bigint, table: number, pairs: readonly RowPair[]): void {
    this.transaction(() => {
      for (const { old, fresh } of pairs) {
        this.#run(
          "UPDATE map_rows SET new_row = ?3, written_by = ?4 WHERE table_id = ?1 AND old_row = ?2",
          BigInt(table),
          BigInt(old),
          BigInt(fresh),
          group,
        );
      }
    });
  }

  /** Notes rows that were updated. */
  recordUpdated(group: bigint, table: number, rows: readonly RowId[]): void {
    this.#mark("written_by", group, table, rows);
  }

  /** Notes rows whose links are set. */
  recordLinked(group: bigint, table: number, rows: readonly RowId[]): void {
    this.#mark("linked_by", group, table, rows);
  }

  #mark(column: "written_by" | "linked_by", group: bigint, table: number, rows: readonly RowId[]): void {
    this.transaction(() => {
      for (const row of rows) {
        this.#run(
          `UPDATE map_rows SET ${column} = ?3 WHERE table_id = ?1 AND old_row = ?2`,
          BigInt(table),
          BigInt(row),
          group,
        );
      }
    });
  }

  /** Notes that a table was emptied. */
  recordEmptied(group: bigint, table: number): void {
    this.transaction(() => this.#run("UPDATE map_tables SET emptied_by = ?2 WHERE id = ?1", BigInt(table), group));
  }

  /** Notes that the server is about to be asked to commit: from now on only the server knows. */
  closing(group: bigint): void {
    this.transaction(() => this.#run("UPDATE map_groups SET state = 'closing' WHERE id = ?1", group));
  }

  /** Notes that a group is in the app for good. */
  committed(group: bigint): void {
    this.transaction(() => this.#run("UPDATE map_groups SET state = 'committed' WHERE id = ?1", group));
  }

  /**
   * Takes back what a group did, since it is not in the app. Ids that it was given are kept aside: should the server
   * have committed it all the same, they are found by {@link abandonedRows}.
   */
  abandon(group: bigint): void {
    this.transaction(() => {
      this.#run(
        `INSERT INTO map_abandoned (group_id, table_id, new_row)
         SELECT ?1, table_id, new_row FROM map_rows
         WHERE written_by = ?1 AND action = 'insert' AND new_row IS NOT NULL
           AND (SELECT state FROM map_groups WHERE id = ?1) = 'closing'`,
        group,
      );
      this.#run("UPDATE map_rows SET new_row = NULL WHERE written_by = ?1 AND action = 'insert'", group);
      this.#run("UPDATE map_rows SET written_by = NULL WHERE written_by = ?1", group);
      this.#run("UPDATE map_rows SET linked_by = NULL WHERE linked_by = ?1", group);
      this.#run("UPDATE map_tables SET emptied_by = NULL WHERE emptied_by = ?1", group);
      this.#run("UPDATE map_groups SET state = 'abandoned' WHERE id = ?1", group);
    });
  }

  /** Groups whose end is not known: `open` ones were never to be committed, `closing` ones may have been. */
  unresolvedGroups(): readonly { readonly id: bigint; readonly state: "open" | "closing" }[] {
    return this.#rows("SELECT id, state FROM map_groups WHERE state IN ('open', 'closing') ORDER BY id").map((
      [id, state],
    ) => ({ id: BigInt(Number(id)), state: state === "open" ? "open" : "closing" }));
  }

  /** A row that a group inserted, which tells whether the group is in the app; null when it inserted none. */
  witness(group: bigint): { readonly table: number; readonly row: RowId } | null {
    const [row] = this.#rows(
      "SELECT table_id, new_row FROM map_rows WHERE written_by = ?1 AND action = 'insert' LIMIT 1",
      group,
    );
    return row === undefined ? null : { table: Number(row[0]), row: digits(row[1]) };
  }

  /**
   * Ids that given-up groups had been given when the server was asked to commit, and that no row of this map has: one
   * list for each group and table, which the server has all of or nothing of.
   */
  abandonedRows(): readonly { readonly group: bigint; readonly table: number; readonly rows: readonly RowId[] }[] {
    const all = this.#rows(`
      SELECT group_id, table_id, new_row FROM map_abandoned AS a
      WHERE NOT EXISTS (SELECT 1 FROM map_rows AS r WHERE r.table_id = a.table_id AND r.new_row = a.new_row)`);
    return [...Map.groupBy(all, ([group, table]) => `${group} ${table}`).values()].map((rows) => ({
      group: BigInt(Number(rows[0]?.[0] ?? 0)),
      table: Number(rows[0]?.[1] ?? 0),
      rows: rows.map(([, , row]) => digits(row)),
    }));
  }

  /** Forgets the ids that a given-up group had been given. */
  forgetAbandoned(group: bigint): void {
    this.transaction(() => this.#run("DELETE FROM map_abandoned WHERE group_id = ?1", group));
  }

  /** Whether any group is in the app for good. */
  hasCommitted(): boolean {
    return this.#rows("SELECT 1 FROM map_groups WHERE state = 'committed' LIMIT 1").length > 0;
  }

  /** Rows that this restore inserted, for undoing: by ascending id, above `after`. */
  insertedRows(table: number, after: RowId, limit: number): readonly RowId[] {
    return this.#rows(
      `SELECT new_row FROM map_rows
       WHERE table_id = ?1 AND action = 'insert' AND new_row > ?2 ORDER BY new_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([row]) => digits(row));
  }

  #statement(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#engine.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #rows(sql: string, ...params: readonly SqlValue[]): readonly SqlRow[] {
    return this.#statement(sql).rows(params);
  }

  #run(sql: string, ...params: readonly SqlValue[]): number {
    return this.#statement(sql).run(params);
  }
}
