/**
 * The order of a table as SQL, and where a page of it begins. A page begins behind a row, never at an offset, so that the
 * thousandth page costs as much as the first. It runs nothing.
 */
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { GridCursor, GridView } from "../address/grid_view.ts";

/** An order as SQL. */
export interface GridOrder {
  /** What rows are sorted by, the first first; row ids decide what is left. Rows without a value come last. */
  readonly keys: readonly string[];
  readonly descending: boolean;
}

/** The order that a view asks for; by row id when its column cannot be sorted by. */
export function gridOrder(sort: GridView["sort"], column: ColumnLayout | undefined): GridOrder {
  if (sort === null || column === undefined) return { keys: [], descending: false };
  return { keys: sortKeys(column), descending: sort.descending };
}

/**
 * Times go by their instant: to the millisecond as SQLite reads it, then by the three digits behind. SQLite rounds, so the
 * text is cut first.
 */
function sortKeys({ column, sqlName }: ColumnLayout): readonly string[] {
  const name = quoteName(sqlName);
  if (column.kind === "string") return [`${name} COLLATE NOCASE`];
  if (column.kind !== "datetime") return [name];
  return [`julianday(substr(${name}, 1, 23) || substr(${name}, 27))`, `substr(${name}, 24, 3)`];
}

/** `ORDER BY` of a page; `reversed` reads backwards, for the page before. */
export function gridOrderSql({ keys, descending }: GridOrder, rowid: string, reversed: boolean): string {
  const falls = descending !== reversed;
  const way = falls ? "DESC" : "ASC";
  // Rows without a value come last whichever way, so that a page read backwards begins with them.
  const nulls = reversed ? "NULLS FIRST" : "NULLS LAST";
  return [...keys.map((key) => `${key} ${way} ${nulls}`), `${rowid} ${way}`].join(", ");
}

/**
 * Condition on rows beyond a cursor, in the direction that is read; its row is looked up by `?cursor`.
 * @param row SQL of the cursor's row id
 */
export function beyondSql(order: GridOrder, cursor: GridCursor, table: string, rowid: string, row: string): string {
  const reversed = cursor.side === "before";
  const sign = order.descending !== reversed ? "<" : ">";
  const byRow = `${rowid} ${sign} ${row}`;
  if (order.keys.length === 0) return byRow;
  const [first = ""] = order.keys;
  const values = order.keys.map((key) => `(SELECT ${key} FROM ${table} WHERE ${rowid} = ${row})`);
  const [value = ""] = values;
  const alike = (count: number) => order.keys.slice(0, count).map((key, at) => `${key} IS ${values[at]}`);
  // What is beyond by the first key is told by one comparison: it runs for every row.
  const steps = order.keys.map((key, at) => [...alike(at), `${key} ${sign} ${values[at]}`].join(" AND "));
  const ties = [...alike(order.keys.length), byRow].join(" AND ");
  // Towards the end come the rows without a value; towards the beginning, from there, all that have one.
  const nulls = reversed
    ? `(${value} IS NULL AND ${first} IS NOT NULL)`
    : `(${value} IS NOT NULL AND ${first} IS NULL)`;
  return `(${[...steps, ties, nulls].map((step) => `(${step})`).join(" OR ")})`;
}
