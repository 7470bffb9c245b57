/**
 * Reads the rules of a mask: a YAML (or JSON) mapping from tables to columns to what is done to their values. Every
 * table and column must exist and fit its rule, since a misspelt rule would let values through. Pure except for the
 * secret, which is made anew for each mask.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { AppSchema, ColumnSchema } from "../schema/model/app_schema.ts";
import { readTwice } from "../schema/read/two_readings.ts";
import { nodeBudget, yamlToJson } from "../schema/read/yaml_json.ts";
import { type Cell, numberCell } from "../value/cell.ts";
import { isoFromWire } from "../value/datetime.ts";
import { canonicalJson, isObject, type Json, numberSource, stringOf } from "../json/exact_json.ts";
import { closestWord } from "../ui/text/closest_word.ts";
import { type ColumnMask, type Mask, MASK_ACTIONS, maskable } from "./mask.ts";
import { fitsKind } from "../fit/fits_kind.ts";

const HINT = "It maps tables to columns to rules, such as 'customers: {email: fake-email, notes: {constant: \"-\"}}'.";

/**
 * Reads rules for the tables of a schema.
 * @throws {AnvilSqliteError} `bad-mask` (exit 2)
 */
export function readMask(text: string, sourceName: string, schema: AppSchema): Mask {
  const rules = new Map<string, ColumnMask>();
  for (const [name, columns] of mappingOf(parsed(text, sourceName), sourceName)) {
    const table = schema.tables.find((candidate) => candidate.name === name);
    if (table === undefined) throw unknown(`there is no table '${name}'`, name, schema.tables, sourceName);
    for (const [columnName, rule] of mappingOf(columns, sourceName)) {
      const column = table.columns.find((candidate) => candidate.name === columnName);
      if (column === undefined) {
        throw unknown(`table '${name}' has no column '${columnName}'`, columnName, table.columns, sourceName);
      }
      rules.set(JSON.stringify([name, columnName]), columnMask(rule, column, name, sourceName));
    }
  }
  return {
    rule: (table, column) => rules.get(JSON.stringify([table, column])) ?? null,
    secret: crypto.getRandomValues(new Uint8Array(32)).toHex(),
  };
}

function unknown(why: string, word: string, known: readonly { readonly name: string }[], sourceName: string) {
  const close = closestWord(word, known.map(({ name }) => name));
  return bad(close === null ? why : `${why}; did you mean '${close}'?`, sourceName);
}

function parsed(text: string, sourceName: string): Json {
  try {
    return yamlToJson(readTwice(text, { allowDuplicateKeys: false }), nodeBudget(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw bad(`it is not YAML: ${reason}`, sourceName, cause);
  }
}

function mappingOf(value: Json, sourceName: string): readonly (readonly [string, Json])[] {
  if (isObject(value)) return Object.entries(value);
  throw bad(value === null ? "it is empty" : "there must be a mapping", sourceName);
}

/** In YAML a bare `null` is None, and means the rule of that name. */
function columnMask(rule: Json, column: ColumnSchema, table: string, sourceName: string): ColumnMask {
  const where = `column '${column.name}' of table '${table}'`;
  const name = rule === null ? "null" : isObject(rule) ? Object.keys(rule)[0] ?? "" : stringOf(rule) ?? "";
  const action = MASK_ACTIONS.find((candidate) => candidate === name);
  if (action === undefined || isObject(rule) !== (action === "constant")) {
    const known = MASK_ACTIONS.map((known) => known === "constant" ? "{constant: VALUE}" : known).join(", ");
    throw bad(`${where} has no rule that is known; there are: ${known}`, sourceName);
  }
  if (!maskable(action, column.kind)) {
    throw bad(`'${action}' does not fit ${where}, which is ${column.kind}`, sourceName);
  }
  if (!isObject(rule)) return { action, constant: null };
  const constant = constantCell(column, rule["constant"] ?? null);
  if (constant === undefined || !fitsKind(column.kind, constant)) {
    throw bad(`the constant of ${where} is no ${column.kind}`, sourceName);
  }
  if (typeof constant === "string" && constant.length > LONGEST_CONSTANT) {
    throw bad(`the constant of ${where} has more than ${LONGEST_CONSTANT} characters`, sourceName);
  }
  return { action, constant };
}

/** Most characters of a constant: far below the limit of an Uplink message. */
const LONGEST_CONSTANT = 1_000_000;

function constantCell({ kind }: ColumnSchema, value: Json): Cell | undefined {
  if (value === null) return null;
  const text = stringOf(value);
  switch (kind) {
    case "number": {
      const source = numberSource(value);
      return source === null ? undefined : numberCell(source);
    }
    case "bool":
      return typeof value === "boolean" ? (value ? 1n : 0n) : undefined;
    case "simpleObject":
      return canonicalJson(value);
    case "datetime":
      return text === null ? undefined : isoFromWire(text) ?? undefined;
    default:
      return text ?? undefined;
  }
}

function bad(why: string, sourceName: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot use the mask '${sourceName}': ${why}`, {
    code: "bad-mask",
    hint: HINT,
    cause,
  });
}
