/**
 * The order of a search's rows, and the cursor that says where a page ends: by named columns, then always by row id.
 * None comes first in ascending order and last in descending order. SQL text and values; it runs nothing.
 */
import { isArray, isObject, type Json, numberSource, numeral, parseExact, stringOf } from "../../json/exact_json.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { numberCell, numberText } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import { databaseError, internalError, noSuchColumn } from "../protocol/errors.ts";
import { shownLinkSql } from "./links.ts";
import { momentSql } from "./query_sql.ts";
import type { Bindings } from "../../sqlite/engine.ts";

/** One column to order by. */
export interface OrderTerm {
  readonly column: ServedColumn;
  readonly ascending: boolean;
}

/**
 * Reads a list of `order_by` values.
 * @throws {CallError} NoSuchColumnError
 */
export function readOrder(view: TableView, order: Json): readonly OrderTerm[] {
  return (isArray(order) ? order : []).map((term) => {
    if (!isObject(term)) throw internalError("Invalid order in a capability");
    const name = stringOf(term["column_name"] ?? null) ?? "";
    const column = view.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw noSuchColumn(name);
    return { column, ascending: term["ascending"] === true };
  });
}

/**
 * Whether SQLite can sort rows in this order. Simple objects, lists of links and, in split storage, media are sorted as
 * whole values, which `sorted_scan.ts` does.
 * @throws {CallError} TableError for a list of links in split storage, where it is not a column
 */
export function isSqlOrder(order: readonly OrderTerm[], { storage }: ServedSnapshot): boolean {
  for (const { column: { kind, name } } of order) {
    if (kind === "link_multiple" && storage === "split") throw databaseError(`ERROR: column "${name}" does not exist`);
  }
  return !order.some(({ column: { kind } }) =>
    kind === "simpleObject" || kind === "unknown" || kind === "link_multiple" || kind === "media" && storage === "split"
  );
}

/** `ORDER BY` of a search. SQLite puts NULL before everything else, as the server does. */
export function orderSql(order: readonly OrderTerm[], rowid: string, snapshot: ServedSnapshot): string {
  const keys = order.map(({ column, ascending }) => `${keyOf(column, snapshot)} ${ascending ? "ASC" : "DESC"}`);
  return [...keys, `${rowid} ASC`].join(", ");
}

function keyOf(column: ServedColumn, snapshot: ServedSnapshot): string {
  return keySql(column, shownLinkSql(snapshot, column, column.sql), snapshot);
}

/** The SQL by which a cell is ordered; NULL for a cell that is NULL. */
function keySql({ kind }: ServedColumn, cell: string, { storage }: ServedSnapshot): string {
  switch (kind) {
    case "datetime":
      return momentSql(cell);
    case "number":
      return storage === "split"
        ? `CAST(${cell} AS REAL)`
        : `CASE typeof(${cell}) WHEN 'text' THEN CAST(${cell} AS REAL) ELSE ${cell} END`;
    case "link_single":
      // In split storage by the row's number, in classic storage by the text of its id.
      return storage === "split" ? `CAST(substr(${cell}, instr(${cell}, ',') + 1) AS INTEGER)` : cell;
    default:
      return cell;
  }
}

/** Where a page ended: the last row's values and its id. */
export interface Cursor {
  readonly values: readonly Json[];
  readonly row: RowId;
}

/**
 * Reads a cursor.
 * @throws {CallError} when it does not fit the order
 */
export function readCursor(text: string, order: readonly OrderTerm[]): Cursor {
  let list: Json;
  try {
    list = parseExact(text);
  } catch {
    throw invalid();
  }
  const row = isArray(list) && list.length === order.length + 1 ? numberSource(list.at(-1) ?? null) : null;
  if (!isArray(list) || row === null || !/^\d{1,19}$/.test(row)) throw invalid();
  return { values: list.slice(0, -1), row };
}

function invalid() {
  return internalError("Invalid cursor in a capability");
}

/** The condition of rows that come after a cursor. */
export function afterSql(
  order: readonly OrderTerm[],
  { values, row }: Cursor,
  rowid: string,
  sql: Bindings,
  snapshot: ServedSnapshot,
): string {
  let rest = `${rowid} > ${sql.add(BigInt(row))}`;
  for (const [index, { column, ascending }] of [...order.entries()].reverse()) {
    const value = values[index] ?? null;
    const key = keyOf(column, snapshot);
    if (value === null) {
      rest = ascending ? `(${key} IS NOT NULL OR ${rest})` : `(${key} IS NULL AND ${rest})`;
      continue;
    }
    const bound = keySql(column, boundCell(column, value, sql), snapshot);
    const beyond = ascending ? `${key} > ${bound}` : `(${key} IS NULL OR ${key} < ${bound})`;
    rest = `(${beyond} OR (${key} = ${bound} AND ${rest}))`;
  }
  return rest;
}

function boundCell({ kind }: ServedColumn, value: Json, sql: Bindings): string {
  if (kind === "number" || kind === "media") {
    const source = numberSource(value);
    if (source === null) throw invalid();
    return sql.add(numberCell(source), "number");
  }
  return kind === "bool" ? sql.add(value === true ? 1n : 0n) : sql.add(stringOf(value) ?? "");
}

/** The cursor value of a cell. */
export function cursorValue({ kind }: ServedColumn, cell: SqlValue): Json {
  if (cell === null || cell instanceof Uint8Array) return null;
  switch (kind) {
    case "bool":
      return integerOf(cell) === 1n;
    case "number":
    case "media":
      return numeral(numberText(cell));
    case "simpleObject":
    case "unknown":
    case "link_multiple":
      return parseExact(String(cell));
    default:
      return String(cell);
  }
}
