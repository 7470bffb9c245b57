/**
 * Turns the text of an `anvil.yaml` or of an exported project, in any known shape, into one `AppSchema`. It reads text,
 * never files. It repairs or keeps what is odd and reports it; it refuses only what is not a schema.
 */
import { AnvilSqliteError } from "../errors.ts";
import { isArray, isObject, type Json } from "../json/exact_json.ts";
import type { AppSchema, SchemaSource, SchemaWarning } from "./model/app_schema.ts";
import { brief } from "./model/attributes.ts";
import { tablesFromList } from "./read/from_list.ts";
import { tablesFromMapping } from "./read/from_mapping.ts";
import { parseDocument, WHERE_TO_GET_IT, type YamlDocument } from "./read/parse_document.ts";
import { resolveTargets } from "./read/resolve_targets.ts";
import { warnOfServiceTables } from "./read/service_tables.ts";
import { SourceLines } from "./read/source_lines.ts";
import { itemsOf, type TwoReadings } from "./read/two_readings.ts";
import { shown, type Warn, warningList } from "./model/warnings.ts";
import { SCHEMA_SHAPE } from "./read/schema_shape.ts";
import { nodeBudget, yamlToJson } from "./read/yaml_json.ts";

/** Top-level keys that hold tables; the first one is preferred. */
const SCHEMA_KEYS = ["db_schema", "exported_table_schema"] as const;

/** The result of {@link readSchemaText}. */
interface ReadSchema {
  readonly schema: AppSchema;
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Translates the text of a schema file. `db_schema` is read, and `exported_table_schema` only in its absence, since in
 * a cloned app it is left over from another app.
 * @param sourceName what messages call the file
 * @throws {AnvilSqliteError} `not-yaml` or `not-a-schema`, exit 2, when the text is not YAML or has neither key
 */
export function readSchemaText(text: string, sourceName: string): ReadSchema {
  const source = text.replace(/^\uFEFF/, "");
  const document = parseDocument(source, sourceName);
  const key = SCHEMA_KEYS.find((key) => document.root.has(key));
  if (key === undefined) throw noSchema(document, sourceName);
  const budget = nodeBudget(source);
  const lines = new SourceLines(source, key);
  const value = yamlToJson(readingsOf(document, key), budget, SCHEMA_SHAPE, (mapping, key) => lines.bare(mapping, key));
  const { warnings, warn } = warningList();
  warnOfDuplicateKeys(document, lines, warn);
  warnOfChoice(key, document, warn);
  const read = isArray(value)
    ? tablesFromList(value, lines, warn)
    : isObject(value)
    ? tablesFromMapping(value, lines, warn)
    : [];
  if (read.length === 0) warnOfNoTables(key, value, warn);
  const tables = resolveTargets(read, warn);
  warnOfServiceTables(yamlToJson(readingsOf(document, "services"), budget), tables, warn);
  return { schema: { source: sourceOf(key, value), tables }, warnings };
}

function readingsOf({ root }: YamlDocument, key: string): TwoReadings {
  return root.get(key) ?? { texts: null, values: null };
}

function sourceOf(key: typeof SCHEMA_KEYS[number], value: Json): SchemaSource {
  if (key === "exported_table_schema") return key;
  return isArray(value) ? "db_schema list" : "db_schema mapping";
}

function noSchema({ root }: YamlDocument, sourceName: string): AnvilSqliteError {
  const keys = [...root.keys()];
  const found = keys.length === 0
    ? "an empty mapping"
    : keys.slice(0, 12).map(shown).join(", ") + (keys.length > 12 ? ` and ${keys.length - 12} more` : "");
  return new AnvilSqliteError(
    `No table schema in ${shown(sourceName)}: neither "db_schema" nor "exported_table_schema" is among its top-level ` +
      `keys, which are ${found}`,
    { code: "not-a-schema", hint: WHERE_TO_GET_IT },
  );
}

function warnOfDuplicateKeys(document: YamlDocument, lines: SourceLines, warn: Warn): void {
  if (!document.hasDuplicateKey) return;
  const line = document.duplicateKeyLine;
  const { key, table } = line === null ? { key: null, table: null } : lines.at(line);
  const which = key === null ? "A key is" : `The key ${shown(key)} is`;
  warn("duplicate-key", `${which} twice in the file; the last one is taken`, () => ({ table, line }));
  // The parser stops at the first; if a whole table is lost behind another, that needs a warning of its own.
  for (const lost of lines.repeatedKeys()) {
    if (lost.name === key) continue;
    warn("duplicate-key", `The key ${shown(lost.name)} is twice in the file; the last one is taken`, () => ({
      table: lost.name,
      line: lost.line,
    }));
  }
}

function warnOfChoice(key: typeof SCHEMA_KEYS[number], document: YamlDocument, warn: Warn): void {
  const exported = itemsOf(readingsOf(document, "exported_table_schema"));
  if (key === "exported_table_schema") {
    warn("exported-schema", 'There is no "db_schema": the tables are those of "exported_table_schema", often outdated');
  } else if (exported !== null && exported.length > 0) {
    warn(
      "exported-schema-ignored",
      `"exported_table_schema" is there too, with ${exported.length} table${exported.length === 1 ? "" : "s"}; ` +
        'it is not read, "db_schema" is',
    );
  }
}

function warnOfNoTables(key: string, value: Json, warn: Warn): void {
  warn("no-tables", `The schema holds no tables: ${shown(key)} is ${brief(value)}`);
}
