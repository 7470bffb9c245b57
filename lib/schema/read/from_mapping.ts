/**
 * Reads the mapping shape of `db_schema` (since September 2021): from python name to table, columns as a list, no ids.
 * A mapping has no order, so tables are sorted by name, by UTF-16 code unit.
 */
import type { JsonObject } from "../../json/exact_json.ts";
import { type ReadTable, readTable } from "./read_table.ts";
import type { SourceLines } from "./source_lines.ts";
import type { Warn } from "../model/warnings.ts";

/** Reads all tables, sorted by name. */
export function tablesFromMapping(tables: JsonObject, lines: SourceLines, warn: Warn): ReadTable[] {
  return Object.keys(tables).sort().map((name) =>
    readTable({ name, titleKey: "title", taken: [] }, tables[name], lines.keyed(name), warn)
  );
}
