/**
 * A value that the YAML parser gave, as the program's own JSON: object keys sorted, so that equal schemas are equal
 * whatever the order of keys in their files. It knows nothing of tables.
 */
import { jsonObject } from "../../json/json_object.ts";
import { type Json, jsonString, numeral } from "../../json/exact_json.ts";
import { AnvilSqliteError } from "../../errors.ts";

/** How many values may still be made; aliases can make a small file enormous, or a value contain itself. */
interface NodeBudget {
  left: number;
}

/** A budget for a document: generous for any file without aliases, since each value takes a character at least. */
export function nodeBudget(text: string): NodeBudget {
  return { left: 10 * text.length + 1_000 };
}

/**
 * Converts a parsed YAML value.
 * Numbers that are no JSON numbers become text (`.nan`, `.inf`, `-.inf`), as does anything else JSON has no word for.
 * @throws {AnvilSqliteError} when aliases make the value larger than ten times its file
 */
export function yamlToJson(value: unknown, budget: NodeBudget): Json {
  if (--budget.left < 0) {
    throw new AnvilSqliteError("YAML aliases in the schema expand beyond ten times the size of the file", {
      code: "not-a-schema",
      hint: "Anvil writes no aliases: take the file from the app's Git repository again",
    });
  }
  if (value === null || value === undefined || typeof value === "boolean") return value ?? null;
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number") return yamlNumber(value);
  if (Array.isArray(value)) return value.map((item) => yamlToJson(item, budget));
  if (isMapping(value)) {
    return jsonObject(Object.keys(value).sort().map((key) => [key, yamlToJson(value[key], budget)]));
  }
  return jsonString(String(value));
}

/** Whether a parsed YAML value is a mapping. */
export function isMapping(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function yamlNumber(value: number): Json {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  if (Object.is(value, -0)) return 0;
  return Number.isInteger(value) ? numeral(BigInt(value).toString()) : numeral(String(value));
}
