/**
 * What planning a restore puts into its id map: the tables, every row that should come back, and for a while which rows
 * were chosen and which the app has. All of it runs in the caller's transaction unless it says otherwise.
 */
import type { RowId } from "../value/row_id.ts";
import type { RowAction } from "./map_rows.ts";
import type { MapStatements } from "./map_statements.ts";

/** A row as planned. */
interface PlannedRow {
  readonly old: RowId;
  readonly action: RowAction;
  /** The app's row; null for a row that will be inserted. */
  readonly fresh: RowId | null;
}

/** A table as planned. */
interface MappedTable {
  /** Id in the archive. */
  readonly id: number;
  /** Python name. */
  readonly name: string;
  /** Id in the app. */
  readonly liveId: number;
  /** Whether the app's rows are deleted first. */
  readonly empties: boolean;
}

/** The planning part of an id map. */
export class MapPlan {
  readonly #sql: MapStatements;

  constructor(sql: MapStatements) {
    this.#sql = sql;
  }

  addTable({ id, name, liveId, empties }: MappedTable): void {
    this.#sql.run(
      "INSERT INTO map_tables (id, name, live_id, empties) VALUES (?1, ?2, ?3, ?4)",
      BigInt(id),
      name,
      BigInt(liveId),
      empties ? 1n : 0n,
    );
  }

  /** The tables that are written, in the order in which they were added. */
  tables(): readonly MappedTable[] {
    return this.#sql.rows("SELECT id, name, live_id, empties FROM map_tables ORDER BY position").map((
      [id, name, live, empties],
    ) => ({ id: Number(id), name: String(name), liveId: Number(live), empties: Number(empties) === 1 }));
  }

  add(table: number, { old, action, fresh }: PlannedRow): void {
    this.#sql.run(
      "INSERT INTO map_rows (table_id, old_row, new_row, action) VALUES (?1, ?2, ?3, ?4)",
      BigInt(table),
      BigInt(old),
      fresh === null ? null : BigInt(fresh),
      action,
    );
  }

  /** Chooses a row of the archive; false when it was chosen before. */
  select(table: number, row: RowId): boolean {
    const sql = "INSERT OR IGNORE INTO map_selected (table_id, row) VALUES (?1, ?2)";
    return this.#sql.run(sql, BigInt(table), BigInt(row)) > 0;
  }

  /** Whether a row of the archive was chosen. */
  isSelected(table: number, row: RowId): boolean {
    const sql = "SELECT 1 FROM map_selected WHERE table_id = ?1 AND row = ?2";
    return this.#sql.rows(sql, BigInt(table), BigInt(row)).length > 0;
  }

  /** Chosen rows of a table, by ascending id, in batches. */
  *selectedRows(table: number): Generator<RowId, void> {
    for (let after: RowId = "0";;) {
      const rows = this.#sql.rows(
        "SELECT row FROM map_selected WHERE table_id = ?1 AND row > ?2 ORDER BY row LIMIT 1000",
        BigInt(table),
        BigInt(after),
      );
      for (const [row] of rows) yield String(row);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = String(last[0]);
    }
  }

  /** Tables with chosen rows. */
  selectedTables(): readonly number[] {
    return this.#sql.rows("SELECT DISTINCT table_id FROM map_selected").map(([table]) => Number(table));
  }

  /** Remembers a row of the app under a key, for matching. */
  addLive(table: number, key: string, row: RowId): void {
    this.#sql.run("INSERT INTO map_live (table_id, key, row) VALUES (?1, ?2, ?3)", BigInt(table), key, BigInt(row));
  }

  /** Rows of the app with a key; two at most. */
  live(table: number, key: string): readonly RowId[] {
    const sql = "SELECT row FROM map_live WHERE table_id = ?1 AND key = ?2 LIMIT 2";
    return this.#sql.rows(sql, BigInt(table), key).map(([row]) => String(row));
  }

  /** Forgets what only planning needs, in a transaction of its own. */
  finish(): void {
    this.#sql.transaction(() => this.#sql.engine.exec("DELETE FROM map_selected; DELETE FROM map_live"));
  }
}
