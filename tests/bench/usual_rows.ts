/**
 * A table of the usual kind: 8 columns of plain types, about 580 bytes a row on the wire. Data only.
 */
import type { WritableRow } from "../../lib/archive/rows/row_writer.ts";
import type { AppSchema, ColumnSchema } from "../../lib/schema/model/app_schema.ts";
import { columnKind } from "../../lib/schema/model/column_kind.ts";

/** Id of the table. */
export const TABLE_ID = 12;
/** Id of its first row: ids have one width, so that a page rendered once serves every range by patching digits. */
export const FIRST_ID = 10_000_001;

/** A column by its name and type. */
export function column(name: string, type: string): ColumnSchema {
  return {
    id: `c_${name}`,
    name,
    kind: columnKind(type),
    declaredType: type,
    target: null,
    targetId: null,
    clientHidden: false,
    extra: {},
  };
}

/** Types of the usual columns, by name. */
export const USUAL_TYPES = {
  b: "bool",
  d: "date",
  dt: "datetime",
  f: "number",
  i: "number",
  s: "string",
  s2: "string",
  so: "simpleObject",
} as const;

/** An app with one table. */
export function schemaOf(table: string, columns: readonly ColumnSchema[], id = TABLE_ID): AppSchema {
  return {
    source: "live",
    tables: [{ id, name: table, title: table, server: "full", client: "none", columns, extra: {} }],
  };
}

/** An app with one table of the usual columns. */
export function usualSchema(table: string): AppSchema {
  return schemaOf(table, Object.entries(USUAL_TYPES).map(([name, type]) => column(name, type)));
}

/** Row `row` of the usual table, counted from 0. */
export function usualRow(row: number): WritableRow {
  return {
    id: String(FIRST_ID + row),
    cells: [
      row % 2 === 0 ? 1n : 0n,
      "2024-02-29",
      "2020-01-01T00:00:00.000000+05:30",
      row + 0.5,
      BigInt(row),
      `row number ${row} of a table of the usual kind`,
      `héllo "q", ${row}\nline2`,
      `{"i":${row},"nested":{"x":null},"tags":["a","b"]}`,
    ],
  };
}
