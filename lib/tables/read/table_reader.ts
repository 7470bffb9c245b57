/**
 * What is read of a table, and what a page of it holds once it is read. Plain data, and where a page has its columns;
 * it asks nothing.
 */
import { jsonObject } from "../../json/json_object.ts";
import { isArray, isObject, type Json } from "../../json/exact_json.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { type CellDecoder, cellDecoder, type Decoded } from "../cell_codec.ts";
import type { ListedTable } from "../listing.ts";
import type { FetchSpec } from "../table_scope.ts";

/** What is read of a table: some or all of its columns, in the order in which cells come out. */
export interface TableReader {
  readonly table: ListedTable;
  readonly columns: readonly ColumnSchema[];
  readonly decoders: readonly CellDecoder[];
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
  /** Whether it is known that a file takes all cells as they are: none is a medium's handle or an odd value. */
  readonly plain: boolean;
}

/** Prepares to read some columns of a table: all data, links as ids only. */
export function tableReader(table: ListedTable, columns: readonly ColumnSchema[]): TableReader {
  return {
    table,
    columns,
    decoders: columns.map((column) => cellDecoder(column.kind, column.targetId)),
    fetch: jsonObject(columns.map((column) => [column.name, isLink(column.kind) ? {} : true])),
  };
}

/** Where each of the reader's columns stands in compact and in keyed rows, and how many cells a compact row has. */
export function columnPlaces(
  reader: TableReader,
  spec: Json | undefined,
): { readonly compact: readonly number[]; readonly keyed: readonly string[]; readonly cells: number } {
  const cols = isObject(spec) ? spec["cols"] : null;
  const cache = isObject(spec) ? spec["cache"] : null;
  if (!isArray(cols) || !isArray(cache)) throw protocolError(`a page of table '${reader.table.name}' without columns`);
  const places = new Map<string, { readonly compact: number; readonly keyed: string }>();
  let compact = 0;
  cols.forEach((col, index) => {
    if (!isObject(col) || cache[index] !== 1) return;
    places.set(String(col["name"]), { compact: compact++, keyed: String(index) });
  });
  const found = reader.columns.map((column) => {
    const place = places.get(column.name);
    if (place === undefined) throw protocolError(`a page of table '${reader.table.name}' without '${column.name}'`);
    return place;
  });
  return { compact: found.map((place) => place.compact), keyed: found.map((place) => place.keyed), cells: compact };
}
