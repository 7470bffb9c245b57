/**
 * What is selected of rows and their links, as SQL text. Names come from the catalogue; it runs nothing.
 */
import { plainColumn, selectedCell } from "../../archive/rows/selected_cell.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";
import { DOUBTFUL_JSON } from "../database/cell_text.ts";
import type { FetchTree } from "./fetch_tree.ts";

/** Which columns of a tree's rows are read: their indexes in the view. */
export interface SelectedColumns {
  readonly tree: FetchTree;
  readonly indexes: readonly number[];
}

/** The columns that are selected for a row: its id's text, then the wanted columns. */
export function selection({ tree, indexes }: SelectedColumns): readonly SelectedColumn[] {
  const columns = indexes.flatMap((index) => tree.view.columns[index] ?? []);
  return [plainColumn(tree.view.table.rowIdSql), ...columns.map(selected)];
}

/** JSON that SQLite cannot read is marked: it is nested too deep, or this program did not write it. */
function selected({ plan, sql, kind }: ServedColumn): SelectedColumn {
  if (kind !== "simpleObject" && kind !== "unknown") return selectedCell(plan);
  return plainColumn(
    `CASE WHEN ${sql} IS NULL OR json_valid(${sql}) THEN ${sql} ELSE '${DOUBTFUL_JSON}' || ${sql} END`,
  );
}

/** SQL query of all rows that a link column names, as `link`. */
export function linkQuery(view: TableView, { plan, sql }: ServedColumn): string {
  return plan.junction === null
    ? `SELECT ${sql} AS link FROM ${view.table.sql}`
    : `SELECT target_row_id AS link FROM ${quoteName(plan.junction.sqlName)}`;
}
