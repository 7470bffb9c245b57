/**
 * Row ids: on the wire a 64-bit integer per table, in the archive Anvil's own text `[table,row]`.
 * In this program a row id is its decimal digits, so that none is ever rounded. Pure.
 */
import { SAFE_DIGITS } from "../json/exact_json.ts";

/** Decimal digits of a row's 64-bit id, without sign or leading zeros. */
export type RowId = string;

const ZERO = 48;

const DIGITS = /^(?:0|[1-9]\d*)$/;
const ARCHIVED = /^\[(0|[1-9]\d*),(0|[1-9]\d*)\]$/;

/** The highest row id: Anvil's and SQLite's are integers of 64 bits. */
export const LAST_ROW: RowId = "9223372036854775807";

/** Whether a text is the digits of a row id. */
export function isRowId(text: string): boolean {
  return DIGITS.test(text) && compareRowIds(text, LAST_ROW) <= 0;
}

/** Anvil's own text of a row id: `[table,row]`, no spaces. */
export function rowIdText(table: number, row: RowId): string {
  return `[${table},${row}]`;
}

/** Characters of a row id's text. */
export function rowIdBytes(table: number, row: RowNumber): number {
  return 3 + digitsOf(table) + digitsOf(row);
}

function digitsOf(number: RowNumber): number {
  if (typeof number === "bigint") return number.toString().length;
  let digits = 1;
  for (let power = 10; power <= number; power *= 10) digits++;
  return digits;
}

/** The parts of `[table,row]`, or null when the text is not a row id. */
export function parseRowId(text: string): { readonly table: number; readonly row: RowId } | null {
  const match = ARCHIVED.exec(text);
  return match ? { table: Number(match[1]), row: match[2] ?? "" } : null;
}

/** A row id as a number, or as a bigint if a number may not hold it. The two can be compared with each other. */
export type RowNumber = number | bigint;

/** A row id as a number or bigint. */
export function rowNumber(id: RowId): RowNumber {
  return rowNumberIn(id, 0, id.length) ?? BigInt(id);
}

/**
 * The row id in the characters of a text from `from` to before `until`, or null if they are not one. It goes digit by
 * digit, since every row passes here: to cut, test and convert costs three times as much.
 */
export function rowNumberIn(text: string, from: number, until: number): RowNumber | null {
  if (until <= from || text.charCodeAt(from) === ZERO && until > from + 1) return null;
  let row = 0;
  for (let i = from; i < until; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return null;
    row = row * 10 + digit;
  }
  return until - from <= SAFE_DIGITS ? row : BigInt(text.slice(from, until));
}

/** Orders row ids as numbers. */
export function compareRowIds(a: RowId, b: RowId): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
