/**
 * Reads the list shape of `db_schema` (until September 2021), and `exported_table_schema`, which is the same without
 * `access`. Tables have ids, columns are a mapping by column id, link targets are table ids. Tables keep the list's
 * order.
 */
import { isObject, type Json, stringOf } from "../../json/exact_json.ts";
import { brief } from "../model/attributes.ts";
import { type ReadTable, readTable, type TableHead } from "./read_table.ts";
import type { SourceLines, TableLines } from "./source_lines.ts";
import { shown, type Warn } from "../model/warnings.ts";

/** Reads all tables. Entries that are not mappings are left out, with a warning. */
export function tablesFromList(tables: readonly Json[], lines: SourceLines, warn: Warn): ReadTable[] {
  return tables.flatMap((value, i) => {
    const at = lines.listed(i, tables.length);
    if (isObject(value)) return [readTable(headOf(value, at, warn), value, at, warn)];
    warn("odd-table", `Entry ${i + 1} of the tables is ${brief(value)}, no table; it is left out`, () => ({
      line: at.table(),
    }));
    return [];
  });
}

/** `python_name`, or another key that can name the table in a hand-merged file. */
function headOf(table: { readonly [key: string]: Json }, at: TableLines, warn: Warn): TableHead {
  const titleKey = "title" in table ? "title" : "name";
  const access = table["access"];
  const pythonName = stringOf(table["python_name"]);
  if (pythonName !== null) return { name: pythonName, titleKey, taken: ["python_name"] };
  const name = stringOf(isObject(access) ? access["python_name"] : undefined) ?? stringOf(table["name"]) ?? "";
  warn("missing-python-name", `A table has no python_name; ${shown(name)} is taken`, () => ({
    table: name,
    line: at.table(),
  }));
  return { name, titleKey, taken: [] };
}
