/**
 * Combines schemas from more than one source: it adds what only a schema file says, and the tables that only links
 * name. What the app itself says is never replaced by the file's. Pure.
 */
import type { Json, JsonObject } from "../json/exact_json.ts";
import { jsonObject } from "../json/json_object.ts";
import type { AppSchema, ColumnSchema, TableSchema } from "./model/app_schema.ts";
import { without } from "./model/attributes.ts";
import { isUnreadable } from "./from_live.ts";
import { LIST_ONLY, namedTarget } from "./to_anvil_yaml.ts";

/** A live schema with what the file adds, and a list of these additions. */
interface CompletedSchema {
  readonly schema: AppSchema;
  /** `[{"table": "pets", "attributes": ["server", "title"], "columns": {"owner": ["admin_ui"]}}]`. */
  readonly taken: Json;
}

/** Attributes of a column that the app itself says: the file's are not used. */
const TOLD_BY_APP = ["name", "type", "target", ...LIST_ONLY.column];

/**
 * Completes the live listing from a schema file; tables and columns are matched by name. The file adds titles, access,
 * indexes, looks and unknown attributes, and the columns of a table that the key may not read.
 */
export function completeSchema(live: AppSchema, file: AppSchema): CompletedSchema {
  const completed = live.tables.map((table) => {
    const named = file.tables.filter(({ name }) => name === table.name);
    const other = named.find(({ id }) => id !== null && id === table.id) ?? named[0];
    return other === undefined ? { table, taken: null } : completeTable(table, other);
  });
  return {
    schema: { ...live, tables: completed.map(({ table }) => table) },
    taken: completed.flatMap(({ taken }) => taken ?? []),
  };
}

function completeTable(live: TableSchema, file: TableSchema): { readonly table: TableSchema; readonly taken: Json } {
  const extra = { ...without(file.extra, LIST_ONLY.table), ...live.extra };
  const isDark = isUnreadable(live) && file.columns.length > 0;
  const left = [...file.columns];
  const columns = isDark ? file.columns.map((column) => ({ column, taken: [] })) : live.columns.map((column) => {
    const at = left.findIndex(({ name }) => name === column.name);
    return completeColumn(column, at < 0 ? null : left.splice(at, 1)[0] ?? null);
  });
  const attributes = [
    ...(["title", "server", "client"] as const).filter((key) => live[key] === null && file[key] !== null),
    ...Object.keys(extra).filter((key) => !(key in live.extra)),
    ...(isDark ? ["columns"] : []),
  ].sort();
  const ofColumns = columns.flatMap(({ column, taken }) => taken.length === 0 ? [] : [[column.name, taken] as const]);
  const table: TableSchema = {
    ...live,
    title: live.title ?? file.title,
    server: live.server ?? file.server,
    client: live.client ?? file.client,
    columns: columns.map(({ column }) => column),
    extra,
  };
  const isNothing = attributes.length + ofColumns.length === 0;
  return { table, taken: isNothing ? [] : [{ table: live.name, attributes, columns: jsonObject(ofColumns) }] };
}

function completeColumn(live: ColumnSchema, file: ColumnSchema | null) {
  const known: JsonObject = without(file?.extra ?? {}, TOLD_BY_APP);
  const taken = Object.keys(known).filter((key) => !(key in live.extra)).sort();
  return { column: { ...live, extra: { ...known, ...live.extra } }, taken };
}

/**
 * A schema with a table for each name that a link leads to: from `all`; an unknown table has no columns.
 * @param there names of tables that need no place in it
 */
export function withLinkTargets(
  schema: AppSchema,
  all: readonly TableSchema[] = [],
  there: ReadonlySet<string> = new Set(),
): AppSchema {
  const tables = [...schema.tables];
  const names = new Set([...there, ...tables.map(({ name }) => name)]);
  // The list grows during the loop: an added table has links of its own.
  for (const { columns } of tables) {
    for (const column of columns) {
      const target = namedTarget(column);
      if (target === null || names.has(target)) continue;
      names.add(target);
      tables.push(all.find(({ name }) => name === target) ?? emptyTable(target));
    }
  }
  return { ...schema, tables };
}

function emptyTable(name: string): TableSchema {
  return { id: null, name, title: name, server: null, client: null, columns: [], extra: {} };
}
