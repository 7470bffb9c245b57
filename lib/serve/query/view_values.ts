/**
 * What a view requires of rows that are written through it: the values that it fixes, and the condition that they must
 * meet. It reads, and writes nothing.
 */
import {
  canonicalJson,
  isArray,
  isObject,
  type Json,
  numberSource,
  parseExact,
  stringOf,
} from "../../json/exact_json.ts";
import type { Cell } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot, StorageStyle } from "../app/snapshot.ts";
import type { SearchableView } from "../app/views.ts";
import { tableError } from "../protocol/errors.ts";
import { storedNumber } from "../database/database_number.ts";
import { whereSql } from "./scan.ts";

/**
 * Cells that a view sets in every new row: those that its condition asks for with `=`, joined only by AND.
 * @throws {CallError} TableError when a column is neither visible nor fixed, so that it cannot be filled
 */
export function fixedCells({ view, restrict }: SearchableView, storage: StorageStyle): ReadonlyMap<ServedColumn, Cell> {
  const { table, columns, element } = view;
  const fixed = new Map(
    equalities(restrict === null ? null : parseExact(restrict)).flatMap(([id, value]) => {
      const column = table.columns.find((candidate) => candidate.id === id);
      return column === undefined ? [] : [[column, cellOf(column, value, storage)] as const];
    }),
  );
  const hidden = table.columns.filter((column) => !columns.includes(column) && !fixed.has(column));
  if (element["cols"] !== undefined && hidden.length > 0) throw tableError("Rows cannot be added to this view");
  return fixed;
}

function equalities(query: Json): readonly (readonly [column: string, value: Json])[] {
  if (!isObject(query)) return [];
  const { op = null, terms, col, value = null } = query;
  if (op === "EQ") return [[stringOf(col) ?? "", value]];
  return op === "AND" && isArray(terms) ? terms.flatMap(equalities) : [];
}

function cellOf({ kind }: ServedColumn, value: Json, storage: StorageStyle): Cell {
  if (value === null) return null;
  switch (kind) {
    case "number":
      return storedNumber(numberSource(value) ?? "0", storage);
    case "bool":
      return value === true ? 1n : 0n;
    case "simpleObject":
    case "unknown":
    case "link_multiple":
      return canonicalJson(value);
    default:
      return stringOf(value);
  }
}

/**
 * Checks that rows written through a view meet its condition.
 * @throws {CallError} TableError
 */
export function checkWithinView(
  snapshot: ServedSnapshot,
  searchable: SearchableView,
  table: ServedTable,
  rows: readonly RowId[],
): void {
  if (searchable.restrict === null) return;
  const sql = snapshot.engine.bindings();
  const ids = sql.add(`[${rows.join()}]`);
  const where = whereSql(snapshot, searchable, null, sql);
  const only = `${table.rowid} IN (SELECT value FROM json_each(${ids}))`;
  const statement = `SELECT count(*) FROM ${table.sql}${where === "" ? " WHERE" : `${where} AND`} ${only}`;
  const [[found] = []] = snapshot.rows(statement, sql.values);
  if (Number(found) < new Set(rows).size) throw tableError("Data does not match view constraints");
}
