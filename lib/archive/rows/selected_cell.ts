/**
 * How a column of a data table is selected and bound. It depends on the kind, since only number columns hold INTEGER
 * and REAL. SQL text; it runs nothing.
 */
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlKind } from "../../sqlite/sql_value.ts";

/** The kind of SQLite value in cells of a column kind. */
export function sqlKindOf(kind: ColumnKind): SqlKind {
  return kind === "number" ? "number" : "plain";
}

/** A data column as SQL for a SELECT. */
export function selectedCell({ column, sqlName }: ColumnLayout): SelectedColumn {
  return { sql: quoteName(sqlName), kind: sqlKindOf(column.kind) };
}

/** A column that holds no numbers, as SQL for a SELECT. */
export function plainColumn(sql: string): SelectedColumn {
  return { sql, kind: "plain" };
}
