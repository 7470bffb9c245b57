/**
 * Turns a YAML value, read twice, into the program's own JSON: names as they are written, and object keys sorted, so
 * that equal schemas are equal whatever the order of keys in their files. The result is the same on every YAML package.
 * It knows no table: a shape says where names are.
 */
import { jsonObject } from "../../json/json_object.ts";
import { isObject, type Json, type JsonObject, jsonString, numeral, stringOf } from "../../json/exact_json.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { itemsOf, membersOf, type TwoReadings } from "./two_readings.ts";

/** The places of names in a value; a place that it does not mention may hold anything. */
export interface Shape {
  /** `name`: a scalar is its text, even if YAML would read null. `text`: its text, or null. */
  readonly scalar?: "name" | "text";
  /** Shape of each item of a list, or of each member of a mapping whose keys are names. */
  readonly each?: Shape;
  /** Shapes of the members of a mapping whose keys are attributes. */
  readonly members?: { readonly [key: string]: Shape };
}

/**
 * Receives each scalar that is a text only because of its shape, while YAML reads another value: its mapping and key.
 */
type OnBare = (mapping: JsonObject, key: string) => void;

/** How many values may still be made: with aliases a small file can become enormous, or a value can contain itself. */
interface NodeBudget {
  left: number;
}

/** A limit for a document. A file without aliases never reaches it, since each value takes a character at least. */
export function nodeBudget(text: string): NodeBudget {
  return { left: 10 * text.length + 1_000 };
}

/** State of a conversion. */
interface Conversion {
  readonly budget: NodeBudget;
  readonly onBare: OnBare;
}

/**
 * Converts a parsed YAML value. Numbers keep their digits; what only some YAML packages take for a number (`0x1f`,
 * `017`, `1_000`, `12:30:45`) and what JSON has no number for (`.nan`, `.inf`) becomes text. Merge keys (`<<`) are
 * followed.
 * @throws {AnvilSqliteError} when aliases make the value larger than ten times its file
 */
export function yamlToJson(
  readings: TwoReadings,
  budget: NodeBudget,
  shape: Shape = {},
  onBare: OnBare = () => {},
): Json {
  return convert(readings, shape, { budget, onBare });
}

function convert(readings: TwoReadings, shape: Shape, conversion: Conversion): Json {
  if (--conversion.budget.left < 0) throw expanding();
  const items = itemsOf(readings);
  if (items !== null) return items.map((item) => convert(item, shape.each ?? {}, conversion));
  const members = membersOf(readings);
  if (members !== null) return convertMapping(members, shape, conversion);
  return scalar(readings, shape).value;
}

function convertMapping(members: ReadonlyMap<string, TwoReadings>, shape: Shape, conversion: Conversion): JsonObject {
  // In a mapping from names, the key of a table may look like a merge key.
  const source = shape.each === undefined ? members.get(MERGE_KEY) : undefined;
  const merged = mergedMembers(source, shape, conversion);
  const own = merged === null ? [...members] : [...members].filter(([key]) => key !== MERGE_KEY);
  const bare: string[] = [];
  const entries = own.map(([key, member]): readonly [string, Json] => {
    const memberShape = shapeOf(shape, key);
    if (isScalar(member) && scalar(member, memberShape).isBare) bare.push(key);
    return [key, convert(member, memberShape, conversion)];
  });
  const given = new Set(own.map(([key]) => key));
  const all = [...entries, ...(merged ?? []).filter(([key]) => !given.has(key))];
  const mapping = jsonObject(all.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
  for (const key of bare) conversion.onBare(mapping, key);
  return mapping;
}

/**
 * YAML 1.1's merge key, yaml.org/type/merge.html: members of another mapping, or of several; the first of them wins.
 */
const MERGE_KEY = "<<";

/** The members that a merge key adds; null if there is none, or it leads to something that is not a mapping. */
function mergedMembers(
  source: TwoReadings | undefined,
  shape: Shape,
  conversion: Conversion,
): readonly (readonly [string, Json])[] | null {
  if (source === undefined) return null;
  const merged = new Map<string, Json>();
  for (const mapping of itemsOf(source) ?? [source]) {
    if (membersOf(mapping) === null) return null;
    const json = convert(mapping, shape, conversion);
    for (const [key, value] of isObject(json) ? Object.entries(json) : []) {
      if (!merged.has(key)) merged.set(key, value);
    }
  }
  return [...merged];
}

function shapeOf({ members = {}, each = {} }: Shape, key: string): Shape {
  return Object.hasOwn(members, key) ? members[key] ?? {} : each;
}

function isScalar({ texts }: TwoReadings): boolean {
  return typeof texts !== "object" || texts === null;
}

/** A scalar's value, and whether it is a text only because of the shape. */
function scalar(readings: TwoReadings, shape: Shape): { readonly value: Json; readonly isBare: boolean } {
  const text = typeof readings.texts === "string" ? readings.texts : "";
  const value = scalarValue(text, readings.values);
  const isText = typeof readings.values === "string" || (readings.values === undefined && stringOf(value) !== null);
  const isWanted = shape.scalar === "name" ? text !== "" : shape.scalar === "text" && value !== null;
  return isWanted && !isText ? { value: jsonString(text), isBare: true } : { value, isBare: false };
}

/** JSON's numbers, which all YAML packages take for these numbers (json.org). */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A scalar, from its text and the type (not the value) that the parser gave it. It counts as unquoted if that is
 * unknown.
 */
function scalarValue(text: string, typed: unknown): Json {
  if (typeof typed === "string") return jsonString(text);
  const isUnknown = typed === undefined;
  if (typed === null || (isUnknown && /^(?:null|Null|NULL|~|)$/.test(text))) return null;
  if (typeof typed === "boolean") return typed;
  if (isUnknown && /^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return text.toLowerCase() === "true";
  return NUMBER.test(text) ? numeral(text) : jsonString(text);
}

function expanding(): AnvilSqliteError {
  return new AnvilSqliteError("YAML aliases in the file expand beyond ten times its size", {
    code: "not-a-schema",
    hint: "Anvil writes no aliases: take the file from the app's Git repository again",
  });
}
