/**
 * Turns a table's columns into `ColumnSchema`s in the editor's order. A list keeps its own order; a mapping by column
 * id gets the order of `admin_ui.order`.
 */
import { isArray, isObject, type Json } from "../../json/exact_json.ts";
import type { ColumnSchema } from "../model/app_schema.ts";
import { brief, isMissing, orderOf } from "../model/attributes.ts";
import { columnName, type RawColumn, readColumn } from "./read_column.ts";
import type { TableLines } from "./source_lines.ts";
import { type Place, shown, type Warn } from "../model/warnings.ts";

/** A column, and where it is in the source. */
export interface ReadColumn {
  readonly column: ColumnSchema;
  readonly place: () => Place;
}

/**
 * Reads the attribute `columns` of a table. If it is absent or null, it warns; `[]` and `{}` are normal: Anvil writes
 * them.
 */
export function readColumns(table: string, value: Json | undefined, lines: TableLines, warn: Warn): ReadColumn[] {
  const tablePlace = () => ({ table, line: lines.table() });
  if (isMissing(value)) {
    warn("missing-columns", `Table ${shown(table)} has no columns in the file; it is kept without any`, tablePlace);
    return [];
  }
  const inOrder = isArray(value);
  const raws = rawColumns(table, value, lines, tablePlace, warn);
  const count = new Map<string, number>();
  const nth = raws.map(({ attributes }) => {
    const name = columnName(attributes);
    const before = count.get(name) ?? 0;
    count.set(name, before + 1);
    return before;
  });
  const columns = raws.map((raw, i) => {
    const name = columnName(raw.attributes);
    const times = count.get(name) ?? 1;
    const [before = 0] = [nth[i]];
    const place = () => {
      // Columns by id are already sorted: of several with one name, it is not known which came first.
      const line = inOrder || times === 1 ? lines.column(name, before, times) : lines.table();
      return { table, column: name, line };
    };
    if (before > 0) {
      warn("duplicate-column", `Table ${shown(table)} has the column ${shown(name)} more than once`, place);
    }
    return { column: readColumn(raw, place, warn), place };
  });
  return inOrder ? columns : byOrder(columns);
}

function rawColumns(table: string, value: Json, lines: TableLines, place: () => Place, warn: Warn): RawColumn[] {
  const entries: readonly (readonly [string | null, Json])[] = isArray(value)
    ? value.map((item) => [null, item] as const)
    : isObject(value)
    ? Object.entries(value)
    : [[null, value]];
  return entries.flatMap(([id, attributes]) => {
    if (isObject(attributes)) return [{ id, attributes, isBareName: lines.isBare(attributes, "name") }];
    const what = id === null ? brief(attributes) : `${shown(id)}: ${brief(attributes)}`;
    warn("odd-column", `Table ${shown(table)} has a column that is not one: ${what}; it is left out`, place);
    return [];
  });
}

/** Sorted by `admin_ui.order`, equal ones by id; columns without an order come last. */
function byOrder(columns: readonly ReadColumn[]): ReadColumn[] {
  const rank = ({ column }: ReadColumn) => orderOf(column.extra) ?? Infinity;
  const id = ({ column }: ReadColumn) => column.id ?? "";
  return columns.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    if (x !== y) return x < y ? -1 : 1;
    return id(a) < id(b) ? -1 : 1;
  });
}
