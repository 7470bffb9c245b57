/**
 * JSON in which no number loses a digit, and `1` and `1.0` stay different. Numbers that a JavaScript number cannot hold
 * exactly, with their kind, are parsed into numerals (see {@link Json}). Pure: it knows no frame, no file and no column
 * type.
 */
import { endOfString, mapTokens } from "./json_tokens.ts";
import { parseByHand } from "./parse_by_hand.ts";

/**
 * A JSON value. A plain `number` is an integer when it is integral and a float otherwise; any number that this rule
 * would misread (integers beyond 2^53, `1.0`, `1e3`) is a *numeral*: a string of NUL and the number's source text.
 * A real string that begins with NUL, an object's key too, carries one NUL more. (Anvil's database refuses NUL.)
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** A number that a JavaScript number surely holds exactly. */
export const SAFE_DIGITS = 15;

const NUL = "\u0000";
const NUL_ESCAPE = "\\u0000";

/**
 * Finds text that may be a numeral: a fraction of zeros only, an exponent, 16 digits with or without a point
 * (15 are never rounded to an integer), or minus zero; each where a number may begin or end, since MACs and datetimes
 * would look the same inside strings.
 */
const SUSPECT = /[[,:]\s*(?:-0(?:[,\]}\s]|$)|-?(?:\d[\d.]{15}|\d+\.0+(?:[,\]}\s]|$)|\d+(?:\.\d+)?[eE]))/;
/**
 * A number that is the whole text. It is a second expression, since an alternative that can match anywhere makes the
 * search ten times slower.
 */
const LONE_NUMBER = /^\s*-?\d/;
const INTEGER = /^-?\d+$/;
const COLON = /\s*:/y;
const BACKSLASH_ESCAPE = /\\\\|\\u005c/i;

/**
 * Parses JSON text without losing a number's value or kind.
 * @throws {SyntaxError} when the text is not JSON
 */
export function parseExact(text: string): Json {
  const suspect = SUSPECT.test(text) || LONE_NUMBER.test(text) || text.includes(NUL_ESCAPE);
  const marked = suspect ? mapTokens(text, markString(text), markNumber) : text;
  return (hasBackslashKey(marked) ? parseByHand(marked) : JSON.parse(marked)) as Json;
}

/**
 * Whether an object's key contains a backslash. Once V8 has parsed such a key, it takes other keys with escapes for the
 * same: after `{"a":1,"\\":2}` it reads `{"a":1,"\n":2}` as equal (github.com/nodejs/node/issues/63785).
 */
function hasBackslashKey(text: string): boolean {
  if (!BACKSLASH_ESCAPE.test(text)) return false;
  for (let start = text.indexOf('"'); start >= 0;) {
    const end = endOfString(text, start);
    COLON.lastIndex = end;
    if (COLON.test(text) && BACKSLASH_ESCAPE.test(text.slice(start, end))) return true;
    start = text.indexOf('"', end);
  }
  return false;
}

function markString(text: string): (start: number, end: number) => string | null {
  return (start, end) => text.startsWith(NUL_ESCAPE, start + 1) ? `"${NUL_ESCAPE}${text.slice(start + 1, end)}` : null;
}

function markNumber(token: string): string | null {
  return isPlain(token) ? null : `"${NUL_ESCAPE}${token}"`;
}

/** Whether a JavaScript number has the same value and kind as a JSON number token. */
function isPlain(token: string): boolean {
  const value = Number(token);
  if (INTEGER.test(token)) return Number.isSafeInteger(value) && !Object.is(value, -0);
  return Number.isFinite(value) && !Number.isInteger(value);
}

/**
 * JSON text of a value, its numerals as numbers; keys in the object's own order.
 * @param indent spaces for each level; compact without
 */
export function stringifyExact(value: Json, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  return text.includes(NUL_ESCAPE) ? mapTokens(text, unmarkString(text), () => null) : text;
}

function unmarkString(text: string): (start: number, end: number) => string | null {
  return (start, end) => {
    if (!text.startsWith(NUL_ESCAPE, start + 1)) return null;
    const rest = text.slice(start + 1 + NUL_ESCAPE.length, end - 1);
    return rest.startsWith(NUL_ESCAPE) ? `"${rest}"` : rest;
  };
}

/**
 * Compact JSON text with object keys sorted by UTF-16 code unit and exponents as `e5` and `e-5`. Digits of numbers are
 * unchanged.
 */
export function canonicalJson(value: Json): string {
  const text = sortedJson(value);
  return ODD_EXPONENT.test(text) ? mapTokens(text, () => null, plainExponent) : text;
}

const ODD_EXPONENT = /\d(?:E|e\+)/;

function plainExponent(token: string): string {
  return token.replace(/[eE]\+?/, "e");
}

function sortedJson(value: Json): string {
  if (isSorted(value)) return stringifyExact(value);
  if (isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  // Built as text, since JavaScript sorts keys such as "9" and "10" in its own order.
  const members = Object.entries(value as JsonObject).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, member]) => `${stringifyExact(key)}:${sortedJson(member)}`);
  return `{${members.join(",")}}`;
}

/** Whether all keys are in order already; most objects have few keys, and a server often sends them in order. */
function isSorted(value: Json): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (isArray(value)) return value.every(isSorted);
  let last: string | null = null;
  for (const key in value) {
    if (last !== null && key < last || !isSorted(value[key] ?? null)) return false;
    last = key;
  }
  return true;
}

/** A number as it is written in a JSON text: its exact source. */
type NumberSource = string;

/** Makes the JSON value of a number from its source text, such as `1.0` or a 30-digit integer. */
export function numeral(source: NumberSource): Json {
  return isPlain(source) ? Number(source) : NUL + source;
}

/** The source text of a number, or null when the value is not a number. */
export function numberSource(value: Json): NumberSource | null {
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && value.charCodeAt(0) === 0 && value.charCodeAt(1) !== 0) return value.slice(1);
  return null;
}

/** Makes the JSON value of a string. */
export function jsonString(text: string): Json {
  return text.charCodeAt(0) === 0 ? NUL + text : text;
}

/** The string of a JSON value, or null when it is not a string. */
export function stringOf(value: Json | undefined): string | null {
  if (typeof value !== "string") return null;
  if (value.charCodeAt(0) !== 0) return value;
  return value.charCodeAt(1) === 0 ? value.slice(1) : null;
}

/** Whether a JSON value is an object: neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is an array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
