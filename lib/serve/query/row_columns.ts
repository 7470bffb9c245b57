/**
 * What is selected of rows and their links, as SQL text. Names come from the catalogue; it runs nothing.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import { DOUBTFUL_JSON } from "./cell_text.ts";
import type { FetchTree } from "./fetch_tree.ts";

/** Which columns of a tree's rows are read: their indexes in the view. */
export interface SelectedColumns {
  readonly tree: FetchTree;
  readonly indexes: readonly number[];
}

/** SQL text of what is selected for a row: its id's text, then the wanted columns. */
export function selectList({ tree, indexes }: SelectedColumns, { engine }: ServedSnapshot): string {
  const columns = indexes.flatMap((index) => {
    const column = tree.view.columns[index];
    return column === undefined ? [] : [columnSql(column, (name) => engine.numberColumn(name))];
  });
  return [tree.view.table.rowIdSql, ...columns].join(", ");
}

/** JSON that SQLite cannot read is marked: nested too deep for it, or text of a foreign hand. */
function columnSql({ sql, kind }: ServedColumn, numberColumn: (name: string) => string): string {
  if (kind === "number") return numberColumn(sql);
  if (kind !== "simpleObject" && kind !== "unknown") return sql;
  return `CASE WHEN ${sql} IS NULL OR json_valid(${sql}) THEN ${sql} ELSE '${DOUBTFUL_JSON}' || ${sql} END`;
}

/** SQL query of all rows that a link column names, as `link`. */
export function linkQuery(view: TableView, { plan, sql }: ServedColumn): string {
  return plan.junction === null
    ? `SELECT ${sql} AS link FROM ${view.table.sql}`
    : `SELECT target_row_id AS link FROM ${quoteName(plan.junction.sqlName)}`;
}
