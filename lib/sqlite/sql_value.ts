/**
 * Values that go into and come out of SQLite, and small readers of one. Pure; it opens nothing.
 */

/** A bigint is an INTEGER, a number is a REAL. */
export type SqlValue = null | string | bigint | number | Uint8Array;

/** One row, in the order of the statement's columns. */
export type SqlRow = readonly SqlValue[];

/**
 * The values in a column of a result, or of a parameter. An engine must know where INTEGER and REAL can both occur,
 * since not every engine keeps 1 and 1.0 different by itself.
 */
const SQL_KINDS = [
  /** INTEGER, TEXT, BLOB or NULL. */
  "plain",
  /** The same, and REAL. */
  "number",
] as const;

/** One of {@link SQL_KINDS}. */
export type SqlKind = typeof SQL_KINDS[number];

/** A SQLite integer as a bigint. */
export function integerOf(value: SqlValue | undefined): bigint | null {
  return typeof value === "bigint" ? value : null;
}

/** A SQLite text, or null. */
export function textOf(value: SqlValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
