/**
 * Turns the live listing (`get_app_tables`, then `list_columns` of each table) into an `AppSchema`. It calls no server:
 * the caller passes the replies in. A live app does not say titles and access; they stay null.
 */
import { isArray, type Json } from "../json/exact_json.ts";
import type { AppSchema, SchemaWarning, TableSchema } from "./model/app_schema.ts";
import { brief } from "./model/attributes.ts";
import { readColumns } from "./read/read_columns.ts";
import type { ReadTable } from "./read/read_table.ts";
import { resolveTargets } from "./read/resolve_targets.ts";
import { NO_LINES } from "./read/source_lines.ts";
import { shown, warningList } from "./model/warnings.ts";

/** One table of the listing. */
export interface LiveTable {
  /** Python name. */
  readonly name: string;
  /** Anvil's id of the table. */
  readonly id: number;
  /** Reply of `list_columns` (protocol, section 7.3); null when the table may not be read. */
  readonly columns: Json;
}

/** The result of {@link schemaFromLive}. */
interface LiveSchema {
  readonly schema: AppSchema;
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Makes a schema of the live listing, tables sorted by python name, since the listing is a JSON object without order.
 * Link targets are found by table id; a target outside the listing becomes null with a warning.
 */
export function schemaFromLive(tables: readonly LiveTable[]): LiveSchema {
  const { warnings, warn } = warningList();
  const byName = tables.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
  const read = byName.map(({ name, id, columns }): ReadTable => {
    const place = () => ({ table: name });
    const readable = columns !== null;
    if (!readable) {
      warn("unreadable-table", `Table ${shown(name)} may not be read with this key; its columns are not known`, place);
    } else if (!isArray(columns)) {
      warn("odd-columns", `The columns of table ${shown(name)} are ${brief(columns)}, no list`, place);
    }
    return {
      table: { id, name, title: null, server: null, client: null, extra: readable ? {} : { columns: null } },
      columns: readColumns(name, isArray(columns) ? columns : [], NO_LINES, warn),
      place,
    };
  });
  return { schema: { source: "live", tables: resolveTargets(read, warn) }, warnings };
}

/** Whether a table has no columns here because the key may list it, but not read it. */
export function isUnreadable(table: TableSchema): boolean {
  return table.extra["columns"] === null;
}
