/**
 * The value of one cell between the wire and the file: as SQLite stores it, decided by the column's kind alone. The
 * rules for its numbers and links are here. Pure; `lib/tables/cell_codec.ts` makes cells from wire values and back,
 * `lib/archive` stores and reads them.
 *
 * | kind | cell |
 * |---|---|
 * | string | string |
 * | number | bigint: a 64-bit integer; number: a float, also when integral; string: any other integer, as decimal digits |
 * | bool | 0n or 1n |
 * | date | `YYYY-MM-DD` |
 * | datetime | `YYYY-MM-DDTHH:MM:SS.ffffff±HH:MM` |
 * | simpleObject, unknown | canonical JSON text |
 * | media | bigint: id of a row of `_anvil_media_objects` |
 * | link_single | row id text `[table,row]` |
 * | link_multiple | JSON list of row id texts, in order, repeats kept |
 *
 * null is Anvil's None throughout.
 */
import { parseRowId, type RowId } from "./row_id.ts";

/** One cell. */
export type Cell = null | string | bigint | number;

/** Smallest and largest integer that SQLite stores as INTEGER. */
export const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n } as const;

/** The cell for a number's source text: INTEGER, REAL, or decimal digits for a number that neither can hold. */
export function numberCell(source: string): Cell {
  if (!/^-?\d+$/.test(source)) {
    const float = Number(source);
    return Number.isFinite(float) ? float : source;
  }
  const integer = BigInt(source);
  return integer >= INT64.min && integer <= INT64.max ? integer : integer.toString();
}

/** JSON source text of a number cell; a float always has a point or an exponent. */
export function numberText(cell: bigint | number | string): string {
  if (typeof cell !== "number") return String(cell);
  const text = String(cell);
  return /[.e]/.test(text) ? text : `${Object.is(cell, -0) ? "-0" : text}.0`;
}

/** Row ids in a link cell, single or multiple; text that is not a row id is left out. */
export function linkedRows(kind: "link_single" | "link_multiple", cell: string): readonly RowId[] {
  const texts = kind === "link_single" ? [cell] : parseList(cell);
  return texts.flatMap((text) => parseRowId(text)?.row ?? []);
}

function parseList(text: string): readonly string[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}
