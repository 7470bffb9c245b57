/**
 * Types, names and values of PostgreSQL, and its COPY text. Pure.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { numberText } from "../../value/cell.ts";
import { instantText, threeDigits } from "../../value/day.ts";
import type { LayoutRules } from "../columns/plain_layout.ts";
import type { PlainDialect, Tell } from "../columns/plain_values.ts";

/** How an export is laid out. A name has at most 63 bytes: PostgreSQL cuts longer ones silently (NAMEDATALEN). */
export const POSTGRES_RULES: LayoutRules = {
  maxBytes: 63,
  // Columns that every table has (postgresql.org/docs/current/ddl-system-columns.html).
  reserved: ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
  labels: false,
  oneKind: false,
  types: {
    text: "text",
    integers: "bigint",
    floats: "double precision",
    // Decimal digits, practically without a limit, so that 1 and 1.0 stay different.
    mixed: "numeric",
    numberTexts: "numeric",
    bool: "boolean",
    date: "date",
    instant: "timestamptz",
    // Unchanged text; `jsonb` has other numbers and sorts keys.
    json: "json",
    rowId: "bigint",
    rowIds: "bigint[]",
  },
};

/** What `numeric` accepts, with the power of ten as a group. */
const NUMERIC = /^-?\d+(?:\.\d+)?(?:[eE]([+-]?\d+))?$/;

/** Digits before and after the point in a `numeric` (postgresql.org/docs/current/datatype-numeric.html). */
const NUMERIC_DIGITS = { before: 131_072, after: 16_383 } as const;

const YEAR_1_MS = Date.parse("0001-01-01T00:00:00Z");
const YEAR_10000_MS = Date.parse("9999-12-31T23:59:59.999Z") + 1;

/** How values are written in PostgreSQL. */
export const POSTGRES_DIALECT: PlainDialect = {
  instant: ({ ms, micros }) => {
    if (ms >= YEAR_1_MS && ms < YEAR_10000_MS) return `${instantText(ms)}${threeDigits(micros)}+00`;
    const date = new Date(ms);
    const year = date.getUTCFullYear();
    const shown = year > 0 ? year : 1 - year;
    const rest = date.toISOString().replace(/^[+-]?\d+/, "").replace("T", " ").replace("Z", "");
    return `${String(shown).padStart(4, "0")}${rest}${String(micros).padStart(3, "0")}+00${year > 0 ? "" : " BC"}`;
  },
  rowIds: (rows) => `{${rows.join(",")}}`,
  number: (shape, cell, tell) => {
    if (shape === "integers" || shape === "floats") return cell;
    const text = typeof cell === "number" ? floatText(cell) : numberText(cell);
    const match = NUMERIC.exec(text);
    const power = Number(match?.[1] ?? 0);
    const fits = match !== null && text.length < NUMERIC_DIGITS.before / 2 &&
      power < NUMERIC_DIGITS.before / 2 && power > -NUMERIC_DIGITS.after / 2;
    if (!fits) tell("odd-value");
    return fits ? text : null;
  },
  text: storable,
  json: (text, tell) => {
    if (isJson(text)) return storable(text, tell);
    tell("odd-value");
    return null;
  },
};

/** A float in a `numeric` column: with a point, so that it differs from an integer. */
function floatText(cell: number): string {
  const text = numberText(cell);
  return text.includes("e+") ? `${BigInt(cell)}.0` : text;
}

/** PostgreSQL holds every text except one with a NUL. */
function storable(text: string, tell: Tell): string | null {
  if (!text.includes("\0")) return text;
  tell("nul");
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Most texts contain none of these: checking first takes half the time. */
const ESCAPED = /[\\\n\r\t]/;

/** A field of COPY's text format (postgresql.org/docs/current/sql-copy.html). */
export function copyField(value: SqlValue): string {
  if (typeof value === "string") return ESCAPED.test(value) ? escaped(value) : value;
  if (value === null || value instanceof Uint8Array) return "\\N";
  return typeof value === "number" && Object.is(value, -0) ? "-0" : String(value);
}

/** One after the other, the backslash first: one pattern for all, with a function, takes three times as long. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
}
