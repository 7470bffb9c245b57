/**
 * Writes the neutral schema as JSON, for `schema --format json` and an archive's provenance, and reads it back. Equal
 * schemas become equal JSON, with keys in the order below. Nothing is looked up or repaired here.
 *
 * ```json
 * {"format": 1, "source": "db_schema list", "tables": [
 *   {"id": 501, "name": "pets", "title": "Pets", "server": "full", "client": "none", "attributes": {}, "columns": [
 *     {"id": "Zz9+xYwVuTs=", "name": "owner", "type": "liveObject", "kind": "link_single", "target": "people",
 *      "target_id": 502, "client_hidden": false, "attributes": {"admin_ui": {"width": 200}}}]}]}
 * ```
 */
import { jsonObject } from "../json/json_object.ts";
import { AnvilSqliteError } from "../errors.ts";
import { isArray, isObject, type Json, type JsonObject, jsonString, stringOf } from "../json/exact_json.ts";
import { type AppSchema, type ColumnSchema, SCHEMA_SOURCES, type TableSchema } from "./model/app_schema.ts";
import { brief, tableIdOf } from "./model/attributes.ts";
import { COLUMN_KINDS } from "./model/column_kind.ts";
import { isAccess } from "./read/read_access.ts";

/** Version of this JSON form. */
const SCHEMA_JSON_FORMAT = 1;

/** Turns a schema into JSON. */
export function schemaToJson(schema: AppSchema): JsonObject {
  return { format: SCHEMA_JSON_FORMAT, source: schema.source, tables: schema.tables.map(tableToJson) };
}

function tableToJson({ id, name, title, server, client, extra, columns }: TableSchema): JsonObject {
  return {
    id,
    name: jsonString(name),
    title: title === null ? null : jsonString(title),
    server,
    client,
    attributes: sorted(extra),
    columns: columns.map(columnToJson),
  };
}

function columnToJson(column: ColumnSchema): JsonObject {
  return {
    id: column.id === null ? null : jsonString(column.id),
    name: jsonString(column.name),
    type: jsonString(column.declaredType),
    kind: column.kind,
    target: column.target === null ? null : jsonString(column.target),
    target_id: column.targetId,
    client_hidden: column.clientHidden,
    attributes: sorted(column.extra),
  };
}

function sorted(value: Json): Json {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return jsonObject(Object.keys(value).sort().map((key) => [key, sorted(value[key] ?? null)]));
}

/**
 * Reads what {@link schemaToJson} wrote.
 * @throws {AnvilSqliteError} `bad-schema-json`, exit 20, when the JSON is something else or of a newer version
 */
export function schemaFromJson(json: Json): AppSchema {
  const schema = object(json, "schema");
  if (schema["format"] !== SCHEMA_JSON_FORMAT) throw bad("format", schema["format"]);
  const source = SCHEMA_SOURCES.find((it) => it === schema["source"]);
  if (source === undefined) throw bad("source", schema["source"]);
  return { source, tables: list(schema["tables"], "tables").map(tableFromJson) };
}

function tableFromJson(json: Json): TableSchema {
  const table = object(json, "table");
  return {
    id: orNull(table["id"], (id) => tableIdOf(id) ?? fail("id", id)),
    name: text(table["name"], "name"),
    title: orNull(table["title"], (title) => text(title, "title")),
    server: orNull(table["server"], (level) => isAccess(level) ? level : fail("server", level)),
    client: orNull(table["client"], (level) => isAccess(level) ? level : fail("client", level)),
    columns: list(table["columns"], "columns").map(columnFromJson),
    extra: object(table["attributes"], "attributes"),
  };
}

function columnFromJson(json: Json): ColumnSchema {
  const column = object(json, "column");
  const hidden = column["client_hidden"];
  return {
    id: orNull(column["id"], (id) => text(id, "id")),
    name: text(column["name"], "name"),
    kind: COLUMN_KINDS.find((kind) => kind === column["kind"]) ?? fail("kind", column["kind"]),
    declaredType: text(column["type"], "type"),
    target: orNull(column["target"], (target) => text(target, "target")),
    targetId: orNull(column["target_id"], (id) => tableIdOf(id) ?? fail("target_id", id)),
    clientHidden: typeof hidden === "boolean" ? hidden : fail("client_hidden", hidden),
    extra: object(column["attributes"], "attributes"),
  };
}

function orNull<T>(value: Json | undefined, read: (value: Json | undefined) => T): T | null {
  return value === null ? null : read(value);
}

function object(value: Json | undefined, key: string): JsonObject {
  return isObject(value) ? value : fail(key, value);
}

function list(value: Json | undefined, key: string): readonly Json[] {
  return isArray(value) ? value : fail(key, value);
}

function text(value: Json | undefined, key: string): string {
  return stringOf(value) ?? fail(key, value);
}

function fail(key: string, value: Json | undefined): never {
  throw bad(key, value);
}

function bad(key: string, value: Json | undefined): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot read the schema's JSON: ${JSON.stringify(key)} is ${brief(value)}`, {
    code: "bad-schema-json",
    hint: "It is damaged, or written by a newer version of anvil-sqlite",
  });
}
