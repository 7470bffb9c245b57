/**
 * The cells of an id map: what is set in existing rows of the app, and what each cell held before. So a cell that
 * somebody changed meanwhile is left alone, and a restore can be undone. What happened to a cell is written with its
 * group and taken back with it.
 */
import { CELL_FACTS, cellSum } from "./cell_tables.ts";
import { changeCells } from "./changed_cells.ts";
import { type SqlRow } from "../sqlite/sql_value.ts";
import type { RowId } from "../value/row_id.ts";
import type { MapStatements } from "./map_statements.ts";
import { type MappedValue, valueOf, valueText } from "./mapped_value.ts";

/** Why a cell is set: its value differs from the file's, or it links to a row that comes back. */
const CELL_REASONS = ["revert", "relink"] as const;

/** One of {@link CELL_REASONS}. */
type CellReason = typeof CELL_REASONS[number];

/** What happened to a cell. */
const CELL_STATES = [
  /** Not set yet. */
  "open",
  /** Set by this restore, or found to hold the wanted value already. */
  "written",
  /** Left alone: somebody changed it after the plan. */
  "changed",
  /** Its row was deleted after the plan. */
  "gone",
  /**
   * Left alone from the beginning: somebody changed it since the backup, and a restore of links does not decide about
   * that.
   */
  "kept",
  /** Has its earlier value again: the restore was undone. */
  "undone",
] as const;

/** One of {@link CELL_STATES}. */
export type CellState = typeof CELL_STATES[number];

/** A cell as planned. */
interface PlannedCell {
  /** Id of its table, the same in the file and in the app. */
  readonly table: number;
  /** Its row in the app. */
  readonly row: RowId;
  /** The file's row; null if the row is newer than the file. */
  readonly old: RowId | null;
  readonly column: string;
  readonly why: CellReason;
  /** What the app held at the time of the plan. */
  readonly was: MappedValue;
  /** The value that it should get. Links to rows that come back have their old ids; a medium is its id in the file. */
  readonly want: MappedValue;
}

/** A cell of the map. */
export interface MapCell extends PlannedCell {
  readonly id: bigint;
  readonly state: CellState;
  /** What was sent; for a medium what is known of it. */
  readonly wrote: MappedValue;
}

/** What happened to a cell in a group. */
export interface CellOutcome {
  readonly id: bigint;
  readonly state: CellState;
  readonly wrote: MappedValue;
  /** What it held before, if more is known of that by now. */
  readonly was?: MappedValue;
}

const COLUMNS = "id, table_id, row, old_row, column_name, why, was, want, wrote, state";

/** The cells of an id map. */
export class MapCells {
  readonly #sql: MapStatements;

  constructor(sql: MapStatements) {
    this.#sql = sql;
  }

  /** Plans a cell, unless it is planned already. In the caller's transaction. */
  add({ table, row, old, column, why, was, want }: PlannedCell, state: "open" | "kept" = "open"): void {
    const oldRow = old === null ? null : BigInt(old);
    const facts = [BigInt(table), BigInt(row), oldRow, column, why, valueText(was), valueText(want), null, state, null];
    this.#sql.run(
      `INSERT OR IGNORE INTO map_cells (${CELL_FACTS.join(", ")}, checksum)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
      ...facts,
      cellSum(facts),
    );
  }

  /** Whether a cell is planned. */
  has(table: number, row: RowId, column: string): boolean {
    const sql = "SELECT 1 FROM map_cells WHERE table_id = ?1 AND row = ?2 AND column_name = ?3";
    return this.#sql.rows(sql, BigInt(table), BigInt(row), column).length > 0;
  }

  /** Plans another value for a cell, and maybe another reason. In the caller's transaction. */
  change(id: bigint, want: MappedValue, why: CellReason | null = null): void {
    changeCells(this.#sql, new Map([[id, { want: valueText(want), ...(why === null ? {} : { why }) }]]));
  }

  /** Takes a cell out of the plan. In the caller's transaction. */
  remove(id: bigint): void {
    this.#sql.run("DELETE FROM map_cells WHERE id = ?1", id);
  }

  /** Cells of a table in a state, from at most `rows` rows above `after`, by ascending row. */
  page(table: number, state: CellState, after: RowId, rows: number): readonly MapCell[] {
    const sql = `SELECT ${COLUMNS} FROM map_cells WHERE table_id = ?1 AND state = ?2 AND row IN (
        SELECT DISTINCT row FROM map_cells WHERE table_id = ?1 AND state = ?2 AND row > ?3 ORDER BY row LIMIT ?4
      ) ORDER BY row, id`;
    return this.#sql.rows(sql, BigInt(table), state, BigInt(after), BigInt(rows)).map(cellOf);
  }

  /** All cells of a table in a state, by ascending row. */
  *inState(table: number, state: CellState): Generator<MapCell, void> {
    for (let after: RowId = "0";;) {
      const cells = this.page(table, state, after, PAGE_ROWS);
      yield* cells;
      const last = cells.at(-1);
      if (last === undefined) return;
      after = last.row;
    }
  }

  /** The number of cells of a table in a state, and of their rows. */
  count(table: number, state: CellState): { readonly cells: number; readonly rows: number } {
    const sql = "SELECT count(*), count(DISTINCT row) FROM map_cells WHERE table_id = ?1 AND state = ?2";
    const [cells = 0, rows = 0] = (this.#sql.rows(sql, BigInt(table), state)[0] ?? []).map(Number);
    return { cells, rows };
  }

  /** Tables with cells in a state. */
  tables(state: CellState): readonly number[] {
    const sql = "SELECT DISTINCT table_id FROM map_cells WHERE state = ?1 ORDER BY table_id";
    return this.#sql.rows(sql, state).map(([table]) => Number(table));
  }

  /** Tables with rows that still have to be deleted. */
  tablesWithDeletions(): readonly number[] {
    const sql = "SELECT DISTINCT table_id FROM map_deletions WHERE deletion_group IS NULL ORDER BY table_id";
    return this.#sql.rows(sql).map(([table]) => Number(table));
  }

  /** Notes what happened to cells in a group, in a transaction of its own. */
  record(group: bigint, outcomes: readonly CellOutcome[]): void {
    const changes = outcomes.map(({ id, state, wrote, was }) =>
      [id, {
        state,
        wrote: valueText(wrote),
        cell_group: group,
        ...(was === undefined ? {} : { was: valueText(was) }),
      }] as const
    );
    this.#sql.transaction(() => changeCells(this.#sql, new Map(changes)));
  }

  /** Notes that cells have their earlier values again, in a transaction of its own. */
  recordUndone(ids: readonly bigint[]): void {
    const undone = { state: "undone" } as const;
    this.#sql.transaction(() => changeCells(this.#sql, new Map(ids.map((id) => [id, undone]))));
  }

  /** Plans the deletion of a row of the app. In the caller's transaction. */
  addDeletion(table: number, row: RowId, label: string | null): void {
    const sql = "INSERT OR IGNORE INTO map_deletions (table_id, row, label) VALUES (?1, ?2, ?3)";
    this.#sql.run(sql, BigInt(table), BigInt(row), label);
  }

  /** Rows of a table that still have to be deleted, above `after`, by ascending id. */
  deletions(
    table: number,
    after: RowId,
    limit: number,
  ): readonly { readonly row: RowId; readonly label: string | null }[] {
    return this.#sql.rows(
      `SELECT row, label FROM map_deletions
       WHERE table_id = ?1 AND row > ?2 AND deletion_group IS NULL ORDER BY row LIMIT ?3`,
      BigInt(table),
      BigInt(after),
      BigInt(limit),
    ).map(([row, label]) => ({ row: String(row), label: label === null ? null : String(label) }));
  }

  /** The number of rows of a table whose deletion is planned, and of those already deleted. */
  countDeletions(table: number): { readonly planned: number; readonly done: number } {
    const sql = "SELECT count(*), count(deletion_group) FROM map_deletions WHERE table_id = ?1";
    const [planned = 0, done = 0] = (this.#sql.rows(sql, BigInt(table))[0] ?? []).map(Number);
    return { planned, done };
  }

  /** Notes rows that were deleted, in a transaction of its own. */
  recordDeleted(group: bigint, table: number, rows: readonly RowId[]): void {
    const sql = "UPDATE map_deletions SET deletion_group = ?3 WHERE table_id = ?1 AND row = ?2";
    this.#sql.transaction(() => {
      for (const row of rows) this.#sql.run(sql, BigInt(table), BigInt(row), group);
    });
  }

  /** Whether the bytes of a medium are kept. */
  hasMedium(sha256: string): boolean {
    return this.#sql.rows("SELECT 1 FROM map_media WHERE sha256 = ?1 LIMIT 1", sha256).length > 0;
  }

  /** Keeps the bytes of a medium, in a transaction of its own. */
  keepMedium(sha256: string, pieces: readonly Uint8Array[]): void {
    this.#sql.transaction(() =>
      pieces.forEach((bytes, n) =>
        this.#sql.run(
          "INSERT OR IGNORE INTO map_media (sha256, n, bytes) VALUES (?1, ?2, ?3)",
          sha256,
          BigInt(n),
          bytes,
        )
      )
    );
  }

  /** The bytes of a medium that was kept, in pieces. */
  *mediumBytes(sha256: string): Generator<Uint8Array, void> {
    for (let n = 0n;; n++) {
      const [row] = this.#sql.rows("SELECT bytes FROM map_media WHERE sha256 = ?1 AND n = ?2", sha256, n);
      if (!(row?.[0] instanceof Uint8Array)) return;
      yield row[0];
    }
  }
}

/** Rows read at once. */
const PAGE_ROWS = 500;

function cellOf([id, table, row, old, column, why, was, want, wrote, state]: SqlRow): MapCell {
  const text = (value: unknown) => value === null || value === undefined ? null : String(value);
  return {
    id: BigInt(Number(id)),
    table: Number(table),
    row: String(row),
    old: text(old),
    column: String(column),
    why: CELL_REASONS.find((each) => each === why) ?? "revert",
    was: valueOf(text(was)),
    want: valueOf(text(want)),
    wrote: valueOf(text(wrote)),
    state: CELL_STATES.find((each) => each === state) ?? "kept",
  };
}
