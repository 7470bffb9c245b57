/**
 * The order of a table as SQL, and where a page begins in it. A page begins behind a row, never at an offset, so that
 * the thousandth page costs as much as the first. It runs nothing.
 */
import { plainColumn, sqlKindOf } from "../../archive/rows/selected_cell.ts";
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Bindings, SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { GridView } from "../address/grid_view.ts";

/** An order as SQL. */
export interface GridOrder {
  /** Keys to sort by, the most important first; equal rows are sorted by row id. Rows without a value come last. */
  readonly keys: readonly SelectedColumn[];
  readonly descending: boolean;
}

/** The order that a view asks for; by row id if its column cannot be sorted. */
export function gridOrder(sort: GridView["sort"], column: ColumnLayout | undefined): GridOrder {
  if (sort === null || column === undefined) return { keys: [], descending: false };
  return { keys: sortKeys(column), descending: sort.descending };
}

/**
 * Times are sorted by their instant: to the millisecond as SQLite reads it, then by the last three digits. SQLite
 * rounds, so the text is cut first.
 */
function sortKeys({ column, sqlName }: ColumnLayout): readonly SelectedColumn[] {
  const name = quoteName(sqlName);
  switch (column.kind) {
    case "string":
      return [plainColumn(`${name} COLLATE NOCASE`)];
    case "datetime":
      return [
        { sql: `julianday(substr(${name}, 1, 23) || substr(${name}, 27))`, kind: "number" },
        plainColumn(`substr(${name}, 24, 3)`),
      ];
    default:
      return [{ sql: name, kind: sqlKindOf(column.kind) }];
  }
}

/** `ORDER BY` of a page; `reversed` reads backwards, for the page before. */
export function gridOrderSql({ keys, descending }: GridOrder, rowid: string, reversed: boolean): string {
  const falls = descending !== reversed;
  const way = falls ? "DESC" : "ASC";
  // Rows without a value come last in both directions, so a page that is read backwards begins with them.
  const nulls = reversed ? "NULLS FIRST" : "NULLS LAST";
  return [...keys.map(({ sql }) => `${sql} ${way} ${nulls}`), `${rowid} ${way}`].join(", ");
}

/** The values of a cursor's row for the keys of an order, and its row id. */
export interface CursorRow {
  readonly keys: readonly SqlValue[];
  readonly rowid: bigint;
}

/** Condition on rows beyond a cursor, in the direction that is read. */
export function beyondSql(
  { keys, descending }: GridOrder,
  cursor: CursorRow,
  reversed: boolean,
  rowid: string,
  bound: Bindings,
): string {
  const sign = descending !== reversed ? "<" : ">";
  const values = keys.map(({ kind }, at) => {
    const value = cursor.keys[at] ?? null;
    return value === null ? null : bound.add(value, kind);
  });
  const alike = values.map((value, at) => `${keys[at]?.sql} IS ${value ?? "NULL"}`);
  // Forwards, the rows without a value follow; backwards from there, all rows that have a value.
  const beyond = keys.map(({ sql }, at) => {
    const value = values[at] ?? null;
    if (value === null) return reversed ? `${sql} IS NOT NULL` : "0";
    return reversed ? `${sql} ${sign} ${value}` : `(${sql} ${sign} ${value} OR ${sql} IS NULL)`;
  });
  const steps = beyond.map((step, at) => [step, ...alike.slice(0, at)].join(" AND "));
  const ties = [...alike, `${rowid} ${sign} ${bound.add(cursor.rowid)}`].join(" AND ");
  return `(${[...steps, ties].map((step) => `(${step})`).join(" OR ")})`;
}
