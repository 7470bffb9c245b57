/**
 * SQL text of data tables, junction tables and their indexes, from names already chosen.
 * Text only, one statement a function; nothing here runs SQL or chooses a name.
 */
import type { ColumnLayout, JunctionPlan, TableLayout } from "./archive_layout.ts";
import { columnDefinition, references } from "./column_type.ts";
import { quoteName } from "./quote.ts";

/** Finds the row id column of a data table by the table's SQL name; null if there is no such table. */
type RowIdOf = (tableSqlName: string | null) => string | null;

/**
 * `CREATE TABLE` for a data table. It keeps SQLite's implicit rowid, in which the archive stores Anvil's numeric row
 * id.
 */
export function dataTable(table: TableLayout, rowIdOf: RowIdOf): string {
  const lines = [
    `${quoteName(table.rowIdSqlName)} TEXT PRIMARY KEY NOT NULL`,
    ...table.columns.map((column) => columnDefinition(column, rowIdOf(column.targetSqlName))),
  ];
  return `CREATE TABLE ${quoteName(table.sqlName)} (\n  ${lines.join(",\n  ")}\n) STRICT`;
}

/**
 * `CREATE TABLE` for a multi-link column's junction table. Its rows are found by owner and position alone, so it has no
 * rowid.
 */
export function junctionTable(owner: TableLayout, junction: JunctionPlan, rowIdOf: RowIdOf): string {
  const { sqlName, targetSqlName } = junction;
  const targetRowId = rowIdOf(targetSqlName);
  const target = targetSqlName === null || targetRowId === null ? "" : ` ${references(targetSqlName, targetRowId)}`;
  return `CREATE TABLE ${quoteName(sqlName)} (
  _anvil_row_id TEXT NOT NULL ${references(owner.sqlName, owner.rowIdSqlName)},
  position INTEGER NOT NULL,
  target_row_id TEXT NOT NULL${target},
  PRIMARY KEY (_anvil_row_id, position)
) STRICT, WITHOUT ROWID`;
}

/** `CREATE INDEX` for a single link: for joins from the target's side and for checking foreign keys. */
export function linkIndex(indexSqlName: string, table: TableLayout, column: ColumnLayout): string {
  return `CREATE INDEX ${quoteName(indexSqlName)} ON ${quoteName(table.sqlName)} (${quoteName(column.sqlName)})`;
}

/** `CREATE INDEX` for a junction table, for the same purpose. */
export function junctionIndex(indexSqlName: string, junction: JunctionPlan): string {
  return `CREATE INDEX ${quoteName(indexSqlName)} ON ${quoteName(junction.sqlName)} (target_row_id)`;
}
