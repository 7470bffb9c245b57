/**
 * The rows of an id map: which row of the archive is, or becomes, which row of the app, and what is still to be done.
 * It only reads; `map_groups.ts` writes what happened to rows, with their group.
 */
import type { RowId } from "../value/row_id.ts";
import type { MapStatements } from "./map_statements.ts";

/**
 * What is done with a row: it is inserted, or updates a row of the app, or is matched with a row of the app as it is.
 */
export const ROW_ACTIONS = ["insert", "update", "keep"] as const;

/** One of {@link ROW_ACTIONS}. */
export type RowAction = typeof ROW_ACTIONS[number];

/** The two actions that write a row. */
type WriteAction = Exclude<RowAction, "keep">;

/** A row of the map. */
interface MappedRow {
  readonly action: RowAction;
  /** The app's row; null until there is one. */
  readonly fresh: RowId | null;
  /** Whether it was inserted or updated, even in a group that is still open. */
  readonly written: boolean;
}

/** A pair of rows. */
export interface RowPair {
  readonly old: RowId;
  readonly fresh: RowId;
}

/** A pair of rows, and why they belong together. */
export interface MappedPair extends RowPair {
  readonly action: RowAction;
}

/** A row with work left. */
export interface OpenRow {
  readonly old: RowId;
  readonly action: WriteAction;
  readonly fresh: RowId | null;
}

/** How far a table is, including what was done in an open group. */
interface TableProgress {
  readonly inserts: number;
  readonly updates: number;
  readonly keeps: number;
  /** Number of inserts that are in the app. */
  readonly inserted: number;
  /** Number of updates that are done. */
  readonly updated: number;
}

/** The rows of an id map. */
export class MapRows {
  readonly #sql: MapStatements;

  constructor(sql: MapStatements) {
    this.#sql = sql;
  }

  /** What the map knows of a row of the archive; null when the row will not come back. */
  find(table: number, old: RowId): MappedRow | null {
    const sql = "SELECT action, new_row, written_by IS NOT NULL FROM map_rows WHERE table_id = ?1 AND old_row = ?2";
    const [row] = this.#sql.rows(sql, BigInt(table), BigInt(old));
    if (row === undefined) return null;
    const [action, fresh = null, written] = row;
    return { action: actionOf(action), fresh: fresh === null ? null : String(fresh), written: Number(written) === 1 };
  }

  /** The archive's row of a row of the app; null when there is none. */
  oldRow(table: number, fresh: RowId): RowId | null {
    const sql = "SELECT old_row FROM map_rows WHERE table_id = ?1 AND new_row = ?2";
    const [row] = this.#sql.rows(sql, BigInt(table), BigInt(fresh));
    return row === undefined ? null : String(row[0]);
  }

  progress(table: number): TableProgress {
    const [row] = this.#sql.rows(
      `SELECT
        coalesce(sum(action = 'insert'), 0), coalesce(sum(action = 'update'), 0), coalesce(sum(action = 'keep'), 0),
        coalesce(sum(action = 'insert' AND written_by IS NOT NULL), 0),
        coalesce(sum(action = 'update' AND written_by IS NOT NULL), 0)
      FROM map_rows WHERE table_id = ?1`,
      BigInt(table),
    );
    const [inserts = 0, updates = 0, keeps = 0, inserted = 0, updated = 0] = (row ?? []).map(Number);
    return { inserts, updates, keeps, inserted, updated };
  }

  /** Rows of a table that are not written yet, above `after`, by ascending id. */
  unwritten(table: number, after: RowId, limit: number): readonly OpenRow[] {
    return this.#open(
      `SELECT old_row, action, new_row FROM map_rows
       WHERE table_id = ?1 AND action <> 'keep' AND written_by IS NULL AND old_row > ?2 ORDER BY old_row LIMIT ?3`,
      table,
      after,
      limit,
    );
  }

  /** Written rows of a table whose links are not set yet, above `after`, by ascending id. */
  unlinked(table: number, after: RowId, limit: number): readonly OpenRow[] {
    return this.#open(
      `SELECT old_row, action, new_row FROM map_rows
       WHERE table_id = ?1 AND action <> 'keep' AND linked_by IS NULL AND written_by IS NOT NULL AND old_row > ?2
       ORDER BY old_row LIMIT ?3`,
      table,
      after,
      limit,
    );
  }

  #open(sql: string, table: number, after: RowId, limit: number): readonly OpenRow[] {
    return this.#sql.rows(sql, BigInt(table), BigInt(after), BigInt(limit)).map(([old, action, fresh]) => ({
      old: String(old),
      action: action === "update" ? "update" : "insert",
      fresh: fresh === null ? null : String(fresh),
    }));
  }

  /** Pairs of a table by ascending row of the app, above `after`. */
  pairs(table: number, after: RowId, limit: number): readonly MappedPair[] {
    return this.#sql.rows(
      `SELECT old_row, new_row, action FROM map_rows
       WHERE table_id = ?1 AND new_row > ?2 ORDER BY new_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([old, fresh, action]) => ({ old: String(old), fresh: String(fresh), action: actionOf(action) }));
  }

  /** Pairs of a table that were inserted, by ascending row of the app, above `after`. */
  insertedPairs(table: number, after: RowId, limit: number): readonly RowPair[] {
    return this.#sql.rows(
      `SELECT old_row, new_row FROM map_rows
       WHERE table_id = ?1 AND action = 'insert' AND new_row > ?2 ORDER BY new_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([old, fresh]) => ({ old: String(old), fresh: String(fresh) }));
  }

  /** Lowest and highest row of the app that was written in a table; null when there is none. */
  writtenBounds(table: number): { readonly first: RowId; readonly last: RowId } | null {
    const [row] = this.#sql.rows(
      "SELECT min(new_row), max(new_row) FROM map_rows WHERE table_id = ?1 AND new_row IS NOT NULL AND action <> 'keep'",
      BigInt(table),
    );
    const [first = null, last = null] = row ?? [];
    return first === null || last === null ? null : { first: String(first), last: String(last) };
  }

  /** Rows that were inserted, for undoing: by ascending id of the app, above `after`. */
  inserted(table: number, after: RowId, limit: number): readonly RowId[] {
    return this.#sql.rows(
      `SELECT new_row FROM map_rows
       WHERE table_id = ?1 AND action = 'insert' AND new_row > ?2 ORDER BY new_row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([row]) => String(row));
  }
}

function actionOf(value: unknown): RowAction {
  return ROW_ACTIONS.find((action) => action === value) ?? "keep";
}
