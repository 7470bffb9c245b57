/**
 * Links whose target row is not in the file: kept, listed, and compared by `verify`. Classic storage keeps links to
 * deleted rows, so they are a fact about the app and not damage.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";

/** One dangling link. */
export interface DanglingLink {
  /** Python name of the table that holds the link. */
  readonly table: string;
  readonly column: string;
  /** Row that holds it, as `[table,row]`. */
  readonly row: string;
  readonly target: string;
}

/** Finds all links whose target table is in the file and whose target row is not. */
export function findDanglingLinks(engine: Engine, tables: readonly TableLayout[]): readonly DanglingLink[] {
  return tables.flatMap((plan) =>
    plan.columns.flatMap(({ column, sqlName, targetSqlName, junction }) => {
      if (targetSqlName === null) return [];
      const target = tables.find((other) => other.sqlName === targetSqlName);
      if (target === undefined) return [];
      const link = junction === null
        ? `SELECT ${quoteName(plan.rowIdSqlName)} AS owner, ${quoteName(sqlName)} AS target, 0 AS position
           FROM ${quoteName(plan.sqlName)}`
        : `SELECT _anvil_row_id AS owner, target_row_id AS target, position FROM ${quoteName(junction.sqlName)}`;
      const rows = engine.query(`
        SELECT owner, target FROM (${link}) AS link
        WHERE target IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM ${quoteName(targetSqlName)} WHERE ${quoteName(target.rowIdSqlName)} = link.target)
        ORDER BY owner, position`);
      return rows.map(([owner, missing]) => ({
        table: plan.table.name,
        column: column.name,
        row: textOf(owner) ?? "",
        target: textOf(missing) ?? "",
      }));
    })
  );
}

/** Records dangling links. Runs in the caller's transaction. */
export function writeDanglingLinks(engine: Engine, links: readonly DanglingLink[]): void {
  const insert = engine.prepare(`
    INSERT INTO _anvil_dangling_links (table_name, column_name, row_id, target_row_id) VALUES (?1, ?2, ?3, ?4)`);
  for (const { table, column, row, target } of links) insert.run([table, column, row, target]);
  insert.finalize();
}

/** The dangling links that were recorded when the file was made. */
export function readDanglingLinks(engine: Engine): readonly DanglingLink[] {
  return engine
    .query("SELECT table_name, column_name, row_id, target_row_id FROM _anvil_dangling_links ORDER BY rowid")
    .map(([table, column, row, target]) => ({
      table: textOf(table) ?? "",
      column: textOf(column) ?? "",
      row: textOf(row) ?? "",
      target: textOf(target) ?? "",
    }));
}
