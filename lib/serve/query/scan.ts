/**
 * The rows of a search in its order, read in parts: from SQLite when it can sort them so, otherwise by
 * `sorted_scan.ts`. It reads rows and writes no reply.
 */
import { plainColumn, selectedCell } from "../../archive/rows/selected_cell.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlRow } from "../../sqlite/sql_value.ts";
import { SQLITE_MAX_COLUMNS } from "../../ddl/lay_out_archive.ts";
import { rowPart, type ServedSnapshot } from "../app/snapshot.ts";
import type { SearchableView } from "../app/views.ts";
import { shownLinkSql } from "./links.ts";
import { afterSql, type Cursor, cursorValue, isSqlOrder, orderSql, type OrderTerm } from "./ordering.ts";
import { conditionOf } from "./query_sql.ts";
import type { Bindings } from "../../sqlite/engine.ts";
import { SortedRows } from "./sorted_rows.ts";

/** Rows that were read, and the position of the last of them. */
export interface ScannedRows {
  /** The columns asked for; the first is the row id's text. */
  readonly rows: readonly SqlRow[];
  readonly last: Cursor | null;
}

/** The `WHERE` of a search within its view; empty when it needs none. */
export function whereSql(
  snapshot: ServedSnapshot,
  { view, restrict }: SearchableView,
  search: string | null,
  sql: Bindings,
): string {
  const found = [restrict, search].map((text) => text === null ? "1" : conditionOf(text, view.table, sql, snapshot));
  const conditions = found.filter((condition) => condition !== "1");
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

/** A search that is read in parts. */
export class Scan {
  readonly #snapshot: ServedSnapshot;
  readonly #searchable: SearchableView;
  readonly #search: string | null;
  readonly #order: readonly OrderTerm[];
  readonly #sorted: SortedRows | null;

  constructor(
    snapshot: ServedSnapshot,
    searchable: SearchableView,
    search: string | null,
    order: readonly OrderTerm[],
  ) {
    this.#snapshot = snapshot;
    this.#searchable = searchable;
    this.#search = search;
    this.#order = order;
    this.#sorted = isSqlOrder(order, snapshot) ? null : this.#sort();
  }

  /** Up to `limit` rows after a position; `columns` begin with the row id's text. */
  read(columns: readonly SelectedColumn[], after: Cursor | null, limit: number): ScannedRows {
    if (this.#sorted !== null) return this.#sorted.read(columns, after, limit);
    const snapshot = this.#snapshot;
    const { table } = this.#searchable.view;
    const sql = snapshot.engine.bindings();
    const where = whereSql(snapshot, this.#searchable, this.#search, sql);
    const beyond = after === null ? "" : afterSql(this.#order, after, table.rowid, sql, snapshot);
    const joined = beyond === "" ? where : where === "" ? ` WHERE ${beyond}` : `${where} AND ${beyond}`;
    const rest = `FROM ${table.sql}${joined} ` +
      `ORDER BY ${orderSql(this.#order, table.rowid, snapshot)} LIMIT ${sql.add(BigInt(limit))}`;
    const keys = this.#keys();
    // Beside all columns of the widest table there is no room for the keys.
    const areBeside = columns.length + keys.length <= SQLITE_MAX_COLUMNS;
    const rows = snapshot.select(table, areBeside ? [...columns, ...keys] : columns, rest, sql.values);
    const last = rows.at(-1);
    if (last === undefined) return { rows, last: null };
    return { rows, last: this.#positionOf(areBeside ? last : this.#keysOf(last)) };
  }

  /** The row id's text and the keys of a row whose first cell is that text. */
  #keysOf(row: SqlRow): SqlRow {
    const snapshot = this.#snapshot;
    const { table } = this.#searchable.view;
    const sql = snapshot.engine.bindings();
    const rest = `FROM ${table.sql} WHERE ${table.rowid} = ${sql.add(BigInt(rowPart(String(row[0]))))}`;
    const [keys = row] = snapshot.select(table, [plainColumn(table.rowIdSql), ...this.#keys()], rest, sql.values);
    return keys;
  }

  #keys(): readonly SelectedColumn[] {
    return this.#order.map(({ column }) =>
      column.kind === "number"
        ? selectedCell(column.plan)
        : plainColumn(shownLinkSql(this.#snapshot, column, column.sql))
    );
  }

  #positionOf(row: SqlRow): Cursor {
    const keys = row.slice(row.length - this.#order.length);
    const values = this.#order.map(({ column }, i) => cursorValue(column, keys[i] ?? null));
    return { values, row: rowPart(String(row[0])) };
  }

  #sort(): SortedRows {
    const { table } = this.#searchable.view;
    const sql = this.#snapshot.engine.bindings();
    const where = whereSql(this.#snapshot, this.#searchable, this.#search, sql);
    const columns = [plainColumn(table.rowIdSql), ...this.#keys()];
    const rows = this.#snapshot.select(table, columns, `FROM ${table.sql}${where}`, sql.values);
    const positions = rows.map((row) => this.#positionOf(row));
    return new SortedRows(this.#snapshot, table, this.#order, positions);
  }
}
