/**
 * The order of a search's rows and the cursor that says where a page ends: by named columns, then always by row id.
 * None sorts last going up and first going down, as in PostgreSQL. SQL text and values; it runs nothing.
 */
import type { Bindings } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { isArray, isObject, type Json, numberSource, numeral, parseExact, stringOf } from "../../json/exact_json.ts";
import { numberCell, numberText } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";
import { internalError, noSuchColumn, tableError } from "../protocol/errors.ts";
import { utcSql } from "./query_sql.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";

/** One column to order by. */
export interface OrderTerm {
  readonly column: ServedColumn;
  readonly ascending: boolean;
}

const SORTABLE = ["string", "number", "bool", "date", "datetime"];

/**
 * Reads a list of `order_by` values.
 * @throws {CallError} for an unknown column, or one that has no order
 */
export function readOrder(view: TableView, order: Json): readonly OrderTerm[] {
  return (isArray(order) ? order : []).map((term) => {
    if (!isObject(term)) throw internalError("Invalid order in a capability");
    const name = stringOf(term["column_name"] ?? null) ?? "";
    const column = view.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw noSuchColumn(name);
    if (!SORTABLE.includes(column.kind)) throw tableError(`Cannot order by column '${name}': it is a ${column.type}`);
    return { column, ascending: term["ascending"] !== false };
  });
}

/** `ORDER BY` of a search. */
export function orderSql(order: readonly OrderTerm[], rowid: string): string {
  const keys = order.flatMap(({ column, ascending }) => {
    const direction = ascending ? "ASC" : "DESC";
    return [`${column.sql} IS NULL ${direction}`, `${keySql(column)} ${direction}`];
  });
  return [...keys, `${rowid} ASC`].join(", ");
}

function keySql({ sql, kind }: ServedColumn): string {
  if (kind === "datetime") return utcSql(sql);
  return kind === "number" ? `CASE typeof(${sql}) WHEN 'text' THEN CAST(${sql} AS REAL) ELSE ${sql} END` : sql;
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
    throw internalError("Invalid cursor in a capability");
  }
  const row = isArray(list) && list.length === order.length + 1 ? numberSource(list.at(-1) ?? null) : null;
  if (!isArray(list) || row === null || !/^\d{1,19}$/.test(row)) throw internalError("Invalid cursor in a capability");
  return { values: list.slice(0, -1), row };
}

/** The condition of rows that come after a cursor. */
export function afterSql(
  order: readonly OrderTerm[],
  { values, row }: Cursor,
  rowid: string,
  sql: Bindings,
): string {
  let rest = `${rowid} > ${sql.add(BigInt(row))}`;
  for (const [index, { column, ascending }] of [...order.entries()].reverse()) {
    const value = values[index] ?? null;
    const key = keySql(column);
    if (value === null) {
      const beyond = ascending ? "0" : `${column.sql} IS NOT NULL`;
      rest = `(${beyond} OR (${column.sql} IS NULL AND ${rest}))`;
      continue;
    }
    const bound = boundKey(column, value, sql);
    const beyond = ascending ? `(${column.sql} IS NULL OR ${key} > ${bound})` : `${key} < ${bound}`;
    rest = `(${beyond} OR (${key} = ${bound} AND ${rest}))`;
  }
  return rest;
}

function boundKey(column: ServedColumn, value: Json, sql: Bindings): string {
  const source = numberSource(value);
  if (column.kind === "number") {
    if (source === null) throw internalError("Invalid cursor in a capability");
    const cell = numberCell(source);
    if (typeof cell === "string") return `CAST(${sql.add(cell)} AS REAL)`;
    return sql.add(cell, "number");
  }
  if (column.kind === "bool") return sql.add(value === true ? 1n : 0n);
  const text = sql.add(stringOf(value) ?? "");
  return column.kind === "datetime" ? utcSql(text) : text;
}

/** The cursor value of a cell. */
export function cursorValue({ kind }: ServedColumn, cell: SqlValue): Json {
  if (cell === null || cell instanceof Uint8Array) return null;
  if (kind === "bool") return cell === 1n;
  return kind === "number" ? numeral(numberText(cell)) : String(cell);
}
