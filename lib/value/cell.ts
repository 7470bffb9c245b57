/**
 * What one cell holds between the wire and the file: the value as SQLite stores it, decided by the column's kind alone.
 * Pure; `lib/tables/cell_codec.ts` makes cells from wire values and back, `lib/archive` stores and reads them.
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
export type Cell = null | string | bigint | number;

/** Smallest and largest integer that SQLite stores as INTEGER. */
export const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n } as const;
