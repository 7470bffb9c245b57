/**
 * The groups of an id map. Writes to the app come in groups, one transaction of the server each. What a group did
 * counts only once the group is `committed`; when it is given up, the marks on its rows are removed ({@link
 * MapGroups.abandon}). Every method writes in a transaction of its own.
 */
import type { RowId } from "../value/row_id.ts";
import { reopenCells } from "./changed_cells.ts";
import type { RowPair } from "./map_rows.ts";
import type { MapStatements } from "./map_statements.ts";

/** States of a group. */
export const GROUP_STATES = ["open", "closing", "committed", "abandoned"] as const;

/** A group whose end is not known: an `open` one was never committed, a `closing` one may have been. */
export interface UnresolvedGroup {
  readonly id: bigint;
  /** When the commit was asked for, in milliseconds since 1970; null when it was not. */
  readonly closingAt: number | null;
}

/** Ids that a given-up group got for its rows in one table; the server has all of these rows or none. */
interface AbandonedRows {
  readonly group: bigint;
  readonly table: number;
  readonly rows: readonly RowId[];
}

/** The groups of an id map. */
export class MapGroups {
  readonly #sql: MapStatements;

  constructor(sql: MapStatements) {
    this.#sql = sql;
  }

  /** Begins a group and returns its number. */
  begin(): bigint {
    return this.#sql.transaction(() => {
      this.#sql.run("INSERT INTO map_groups (state) VALUES ('open')");
      return BigInt(Number(this.#sql.rows("SELECT max(id) FROM map_groups")[0]?.[0] ?? 0));
    });
  }

  /** Notes rows that have got an id from the server. */
  recordInserted(group: bigint, table: number, pairs: readonly RowPair[]): void {
    this.#sql.transaction(() => {
      for (const { old, fresh } of pairs) {
        this.#sql.run(
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

  /** Notes rows whose links were set. */
  recordLinked(group: bigint, table: number, rows: readonly RowId[]): void {
    this.#mark("linked_by", group, table, rows);
  }

  #mark(column: "written_by" | "linked_by", group: bigint, table: number, rows: readonly RowId[]): void {
    const sql = `UPDATE map_rows SET ${column} = ?3 WHERE table_id = ?1 AND old_row = ?2`;
    this.#sql.transaction(() => {
      for (const row of rows) this.#sql.run(sql, BigInt(table), BigInt(row), group);
    });
  }

  /** Notes that a table was emptied. */
  recordEmptied(group: bigint, table: number): void {
    const sql = "UPDATE map_tables SET emptied_by = ?2 WHERE id = ?1";
    this.#sql.transaction(() => {
      this.#sql.run(sql, BigInt(table), group);
      this.#sql.describe();
    });
  }

  /** Whether a table still has to be emptied. */
  needsEmptying(table: number): boolean {
    const sql = "SELECT 1 FROM map_tables WHERE id = ?1 AND empties = 1 AND emptied_by IS NULL";
    return this.#sql.rows(sql, BigInt(table)).length > 0;
  }

  /** Notes that the commit is about to be asked for: from now on only the server knows the result. */
  closing(group: bigint, now: number): void {
    const sql = "UPDATE map_groups SET state = 'closing', closing_at = ?2 WHERE id = ?1";
    this.#sql.transaction(() => this.#sql.run(sql, group, BigInt(Math.round(now))));
  }

  /** Notes that a group is in the app for certain. */
  committed(group: bigint): void {
    this.#sql.transaction(() => this.#sql.run("UPDATE map_groups SET state = 'committed' WHERE id = ?1", group));
  }

  /**
   * Takes back what a group did, since it is not in the app. The ids of its rows are kept: if the server has committed
   * the group all the same, {@link abandoned} finds them.
   */
  abandon(group: bigint): void {
    this.#sql.transaction(() => {
      this.#sql.run(
        `INSERT INTO map_abandoned (group_id, table_id, new_row)
         SELECT ?1, table_id, new_row FROM map_rows
         WHERE written_by = ?1 AND action = 'insert' AND new_row IS NOT NULL
           AND (SELECT state FROM map_groups WHERE id = ?1) = 'closing'`,
        group,
      );
      this.#sql.run("UPDATE map_rows SET new_row = NULL WHERE written_by = ?1 AND action = 'insert'", group);
      this.#sql.run("UPDATE map_rows SET written_by = NULL WHERE written_by = ?1", group);
      this.#sql.run("UPDATE map_rows SET linked_by = NULL WHERE linked_by = ?1", group);
      this.#sql.run("UPDATE map_tables SET emptied_by = NULL WHERE emptied_by = ?1", group);
      reopenCells(this.#sql, group);
      this.#sql.run("UPDATE map_deletions SET deletion_group = NULL WHERE deletion_group = ?1", group);
      this.#sql.run("UPDATE map_groups SET state = 'abandoned' WHERE id = ?1", group);
      this.#sql.describe();
    });
  }

  /** Groups whose end is not known, by number. */
  unresolved(): readonly UnresolvedGroup[] {
    const sql = "SELECT id, closing_at FROM map_groups WHERE state IN ('open', 'closing') ORDER BY id";
    return this.#sql.rows(sql).map(([id, at]) => ({
      id: BigInt(Number(id)),
      closingAt: at === null ? null : Number(at),
    }));
  }

  /** A row that a group inserted, to find out whether the group is in the app; null when it inserted none. */
  witness(group: bigint): { readonly table: number; readonly row: RowId } | null {
    const sql = "SELECT table_id, new_row FROM map_rows WHERE written_by = ?1 AND action = 'insert' LIMIT 1";
    const [row] = this.#sql.rows(sql, group);
    return row === undefined ? null : { table: Number(row[0]), row: String(row[1]) };
  }

  /** Ids of rows in given-up groups whose commit was asked for, and that no row of this map has. */
  abandoned(): readonly AbandonedRows[] {
    const all = this.#sql.rows(`
      SELECT group_id, table_id, new_row FROM map_abandoned AS a
      WHERE NOT EXISTS (SELECT 1 FROM map_rows AS r WHERE r.table_id = a.table_id AND r.new_row = a.new_row)`);
    return [...Map.groupBy(all, ([group, table]) => `${group} ${table}`).values()].map((rows) => ({
      group: BigInt(Number(rows[0]?.[0] ?? 0)),
      table: Number(rows[0]?.[1] ?? 0),
      rows: rows.map(([, , row]) => String(row)),
    }));
  }

  /** Forgets the ids of rows in given-up groups. */
  forgetAbandoned(): void {
    this.#sql.transaction(() => this.#sql.run("DELETE FROM map_abandoned"));
  }

  /** Whether any group is in the app, or may be. */
  hasWritten(): boolean {
    return this.#sql.rows("SELECT 1 FROM map_groups WHERE state IN ('committed', 'closing') LIMIT 1").length > 0;
  }
}
