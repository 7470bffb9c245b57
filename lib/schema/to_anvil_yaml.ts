/**
 * The `db_schema` text of an app that should hold these tables: the mapping shape, keys sorted as Anvil writes them.
 * Every name and text is quoted as in JSON, which YAML can always read. It writes no file.
 */
import { AnvilSqliteError } from "../errors.ts";
import { type Json, type JsonObject, jsonString, stringifyExact, stringOf } from "../json/exact_json.ts";
import { isUnreadable } from "./from_live.ts";
import type { AppSchema, ColumnSchema, TableSchema } from "./model/app_schema.ts";
import { without } from "./model/attributes.ts";
import { isLink } from "./model/column_kind.ts";
import { DEFAULT_ACCESS } from "./read/read_access.ts";
import { shown } from "./model/warnings.ts";

/** Attributes of the list shape and of the live listing that the mapping shape does not have. */
export const LIST_ONLY = {
  table: ["access", "app_id", "columns", "id", "name", "python_name", "table_mapping_id", "table_mapping_name"],
  column: ["backend", "id", "indexes", "init", "sql_name", "table_id"],
} as const;

/** Characters that JSON leaves unescaped in a string, and that YAML does not read unchanged. */
const UNPRINTABLE = /[\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/**
 * Writes a schema as YAML. When it is read back, it is the same except for `source`, ids, attributes of the list shape
 * only, and older spellings of link types. Access that the schema does not know becomes server full, client none;
 * server none for a table that the key could not read.
 * @throws {AnvilSqliteError} `duplicate-table`, exit 2, when two tables have one name: no app can hold them
 */
export function toAnvilYaml(schema: AppSchema): string {
  const names = new Set<string>();
  for (const { name } of schema.tables) {
    if (names.has(name)) {
      throw new AnvilSqliteError(`Cannot write db_schema: two tables are called ${shown(name)}`, {
        code: "duplicate-table",
        hint: "Rename one of them in the schema file",
      });
    }
    names.add(name);
  }
  if (schema.tables.length === 0) return "db_schema: {}\n";
  return `db_schema:\n${schema.tables.map(tableText).join("")}`;
}

function tableText(table: TableSchema): string {
  const attributes: JsonObject = {
    ...without(table.extra, LIST_ONLY.table),
    client: table.client ?? DEFAULT_ACCESS.client,
    // The key has the rights of server code: a table that it may not read has no access for server code.
    server: isUnreadable(table) ? "none" : table.server ?? DEFAULT_ACCESS.server,
    ...(table.title === null ? {} : { title: jsonString(table.title) }),
  };
  const keys = [...Object.keys(attributes), "columns"].sort();
  const lines = keys.map((key) => {
    if (key !== "columns") return `    ${entry(key, attributes[key] ?? null)}`;
    return table.columns.length === 0 ? "    columns: []\n" : `    columns:\n${table.columns.map(columnText).join("")}`;
  });
  return `  ${keyText(table.name)}:\n${lines.join("")}`;
}

/**
 * Python name of the table that a link leads to, even when the schema does not hold that table; null when the link
 * leads to nothing.
 */
export function namedTarget(column: ColumnSchema): string | null {
  return isLink(column.kind) ? column.target ?? stringOf(column.extra["target"]) : null;
}

function columnText(column: ColumnSchema): string {
  const attributes: JsonObject = {
    ...("type" in column.extra ? {} : { type: jsonString(typeOf(column)) }),
    ...(isLink(column.kind) ? { target: column.target === null ? null : jsonString(column.target) } : {}),
    // A target that the schema does not hold is written here; an app that has the table will find it.
    ...without(column.extra, LIST_ONLY.column),
    name: jsonString(column.name),
    ...(column.clientHidden ? { client_hidden: true } : {}),
  };
  return Object.keys(attributes).sort().map((key, i) =>
    `${i === 0 ? "    - " : "      "}${entry(key, attributes[key] ?? null)}`
  ).join("");
}

/** The current spelling of a type. A link to something that is not a row is `unresolved` in the mapping shape. */
function typeOf({ kind, declaredType }: ColumnSchema): string {
  if (kind !== "unknown") return kind;
  return declaredType === "liveObject" || declaredType === "liveObjectArray" ? "unresolved" : declaredType;
}

function entry(key: string, value: Json): string {
  return `${keyText(key)}: ${escape(stringifyExact(value))}\n`;
}

/** Attribute names are written without quotes, as Anvil does; all other text is in quotes. */
function keyText(key: string): string {
  return /^[a-z][a-z_]*$/.test(key) && !/^(?:null|true|false|yes|no|on|off|y|n)$/.test(key)
    ? key
    : escape(JSON.stringify(key));
}

function escape(json: string): string {
  return json.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
