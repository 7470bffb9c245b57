/**
 * What is read of a table, and what a page of it holds once it is read. Plain data, with the places of columns in a
 * page; it makes no call.
 */
import { jsonObject } from "../../json/json_object.ts";
import { isArray, isObject, type Json, stringOf } from "../../json/exact_json.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { type CellDecoder, cellDecoder, type Decoded, type EntryDecoder, entryDecoder } from "../cell_codec.ts";
import type { ListedTable } from "../listing.ts";
import type { FetchSpec } from "../table_scope.ts";

/** What is read of a table: some or all of its columns, in the order in which cells come out. */
export interface TableReader {
  readonly table: ListedTable;
  readonly columns: readonly ColumnSchema[];
  /** Decoders of JSON in place, by column. */
  readonly decoders: readonly CellDecoder[];
  /** Decoders of `objects` entries, by column. */
  readonly entryDecoders: readonly EntryDecoder[];
  readonly fetch: FetchSpec;
}

/** One row: its id and its cells in the reader's column order. */
export interface PageRow {
  readonly id: RowId;
  readonly cells: readonly Decoded[];
}

/** A page of rows. */
export interface Page {
  /** By ascending row id. */
  readonly rows: readonly PageRow[];
  /** Whether the server says that rows may follow. */
  readonly more: boolean;
  /** Length of the reply. */
  readonly bytes: number;
  /** Whether a file surely can hold all cells unchanged: none is a medium's handle or an odd value. */
  readonly plain: boolean;
  /** Names of columns that the table has in this page, but the reader does not read. */
  readonly unread: readonly string[];
}

/** Makes a reader of some columns of a table: all data, links as ids only. */
export function tableReader(table: ListedTable, columns: readonly ColumnSchema[]): TableReader {
  return {
    table,
    columns,
    decoders: columns.map((column) => cellDecoder(column.kind, column.targetId)),
    entryDecoders: columns.map((column) => entryDecoder(column.kind)),
    fetch: jsonObject(columns.map((column) => [column.name, isLink(column.kind) ? {} : true])),
  };
}

/** The places of columns in a page. */
export interface ColumnPlaces {
  /** Place of each of the reader's columns in a compact row. */
  readonly compact: readonly number[];
  /** Keys of the reader's columns in a keyed row. */
  readonly keyed: readonly string[];
  /** Cells of a compact row. */
  readonly cells: number;
  /** Columns of the table, and so the most that a keyed row can have. */
  readonly columns: number;
  /** Names of columns that the reader does not read. */
  readonly unread: readonly string[];
}

/**
 * The places of the reader's columns in compact and in keyed rows.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when they are not certain
 */
export function columnPlaces(reader: TableReader, spec: Json | undefined): ColumnPlaces {
  const of = `a page of table '${reader.table.name}'`;
  const cols = isObject(spec) ? spec["cols"] : null;
  const cache = isObject(spec) ? spec["cache"] : null;
  if (!isArray(cols) || !isArray(cache)) throw protocolError(`${of} without columns`);
  if (cols.length !== cache.length) throw protocolError(`${of} with ${cols.length} columns, ${cache.length} marked`);
  const places = new Map<string, { readonly compact: number; readonly keyed: string }>();
  const names = cols.map((col) => {
    const name = isObject(col) ? stringOf(col["name"]) : null;
    if (name === null) throw protocolError(`${of} with a column without a name`);
    return name;
  });
  let cells = 0;
  names.forEach((name, index) => {
    const mark = cache[index];
    if (mark !== 0 && mark !== 1) throw protocolError(`${of} with an odd mark of '${name}'`);
    if (mark === 0) return;
    if (places.has(name)) throw protocolError(`${of} with '${name}' twice`);
    places.set(name, { compact: cells++, keyed: String(index) });
  });
  const found = reader.columns.map((column) => {
    const place = places.get(column.name);
    if (place === undefined) throw protocolError(`${of} without '${column.name}'`);
    return place;
  });
  const read = new Set(reader.columns.map(({ name }) => name));
  return {
    compact: found.map((place) => place.compact),
    keyed: found.map((place) => place.keyed),
    cells,
    columns: cols.length,
    unread: names.filter((name) => !read.has(name)),
  };
}
