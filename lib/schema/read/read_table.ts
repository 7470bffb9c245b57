/**
 * Reads one table's attributes, in any shape, into what a `TableSchema` needs; link targets are resolved afterwards. It
 * keeps everything it does not know, even what looks like a table in the wrong place.
 */
import { isArray, isObject, type Json, type JsonObject, stringOf } from "../../json/exact_json.ts";
import type { TableSchema } from "../model/app_schema.ts";
import { brief, isMissing, tableIdOf, without } from "../model/attributes.ts";
import { readAccess } from "./read_access.ts";
import { BARE } from "./read_column.ts";
import { type ReadColumn, readColumns } from "./read_columns.ts";
import type { TableLines } from "./source_lines.ts";
import { type Place, shown, type Warn } from "../model/warnings.ts";

/** A table whose links are not resolved yet, and where it is in the source. */
export interface ReadTable {
  readonly table: Omit<TableSchema, "columns">;
  readonly columns: readonly ReadColumn[];
  readonly place: () => Place;
}

/** What differs between the two shapes. */
export interface TableHead {
  /** Python name. */
  readonly name: string;
  /** Attribute that holds the display title. */
  readonly titleKey: "title" | "name";
  /** Attributes that need not be kept, since the name was taken from them. */
  readonly taken: readonly string[];
}

/** Reads one table. A value that is not a mapping becomes a table without columns, with a warning. */
export function readTable(head: TableHead, value: Json | undefined, lines: TableLines, warn: Warn): ReadTable {
  const { name } = head;
  const place = () => ({ table: name, line: lines.table() });
  if (!isObject(value) && !isMissing(value)) {
    warn("odd-table", `Table ${shown(name)} is ${brief(value)}, no mapping; it is kept without columns`, place);
  }
  const attributes: JsonObject = isObject(value) ? value : {};
  const { server, client } = readAccess(name, attributes, place, warn);
  const columns = readColumns(name, attributes["columns"], lines, warn);
  const taken = ["columns", "server", "client", ...head.taken];

  const id = tableIdOf(attributes["id"]);
  if (id !== null) taken.push("id");
  else if (!isMissing(attributes["id"])) {
    warn("odd-table-id", `Table ${shown(name)} has the id ${brief(attributes["id"])}, no whole number`, place);
  }
  const title = stringOf(attributes[head.titleKey]);
  if (title !== null) {
    taken.push(head.titleKey);
    if (lines.isBare(attributes, head.titleKey)) {
      const what = `the title ${shown(title)} without quotes, which is not text to YAML`;
      warn("odd-title", `Table ${shown(name)} has ${what}; ${BARE}`, place);
    }
  } else if (!isMissing(attributes[head.titleKey])) {
    const what = `the title ${brief(attributes[head.titleKey])}, which is not text`;
    warn("odd-title", `Table ${shown(name)} has ${what}; it is kept aside`, place);
  }
  const extra = without(attributes, taken);
  warnOfNestedTables(name, extra, place, warn);
  warnOfIndexes(name, extra, columns, place, warn);
  return { table: { id, name, title, server, client, extra }, columns, place };
}

/** Seen once: a merge indented a whole table too far. */
function warnOfNestedTables(name: string, extra: JsonObject, place: () => Place, warn: Warn): void {
  for (const [key, value] of Object.entries(extra)) {
    if (!isObject(value) || !("columns" in value)) continue;
    warn(
      "nested-table",
      `Table ${shown(name)} holds ${shown(key)}, which looks like a table; it is kept as an attribute, not as a table`,
      place,
    );
  }
}

function warnOfIndexes(
  name: string,
  extra: JsonObject,
  columns: readonly ReadColumn[],
  place: () => Place,
  warn: Warn,
): void {
  const { indexes } = extra;
  if (!isArray(indexes)) return;
  const names = new Set(columns.map(({ column }) => column.name));
  for (const index of indexes) {
    const listed = isObject(index) && isArray(index["columns"]) ? index["columns"] : [];
    const strange = listed.find((column) => !names.has(stringOf(column) ?? "\0"));
    if (strange === undefined) continue;
    warn("odd-index", `Table ${shown(name)} has an index on ${brief(strange)}, no column of it; it is kept`, place);
  }
}
