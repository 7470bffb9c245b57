/**
 * How the two engines bind and read numbers, so that 1 and 1.0 stay different on both. SQL text and values; it runs
 * nothing. `node:sqlite` binds every JavaScript number as REAL, and reads INTEGER as bigint and REAL as number: nothing
 * is to be done there. `@db/sqlite` binds an integral number as INTEGER, cut to 64 bits, and reads both as number.
 * There a number is bound by two parameters, a value and how to make a REAL of it; it is read with its storage class in
 * front of it.
 */
import type { SqlValue } from "./sql_value.ts";

/** What is different between engines. */
export interface Dialect {
  /** Number of values that are bound for one number. */
  readonly parametersOfNumber: number;
  /**
   * SQL text of a number bound at `index` (counted from 1) and the places after it; without an index, at the next
   * places.
   */
  numberParameter(index?: number): string;
  /** Appends the values that are bound for a number. */
  bindNumber(params: SqlValue[], value: SqlValue): void;
  /** SQL text that reads an expression of kind `number`. */
  numberColumn(sql: string): string;
  /** The value of a result that {@link numberColumn} has read. */
  readNumber(value: SqlValue): SqlValue;
  /** The value of a result in a column of kind `plain`. */
  readPlain(value: SqlValue): SqlValue;
  /** Whether {@link readPlain} and {@link readNumber} change anything. */
  readonly readsExactly: boolean;
}

/** The dialect of `node:sqlite`. */
export const EXACT: Dialect = {
  parametersOfNumber: 1,
  numberParameter: (index) => index === undefined ? "?" : `?${index}`,
  bindNumber: (params, value) => void params.push(value),
  numberColumn: (sql) => sql,
  readNumber: (value) => value,
  readPlain: (value) => value,
  readsExactly: true,
};

/** How a bound value becomes a REAL; NULL for a value that is bound unchanged. */
const MAKE = {
  /** An integer of 64 bits, times 1.0. */
  whole: 0n,
  /** Minus zero, which is not a product of integers. */
  minusZero: 1n,
} as const;

/**
 * From this size on, doubles are divided by a power of two before they are bound: both parts, and the result, are
 * exact.
 */
const LARGE = 2 ** 63;
const SCALE = 2 ** -1000;

/** Letters in front of a number that is read, which name its storage class. */
const INTEGER_MARK = "i";
const TEXT_MARK = "t";

/** The dialect of `@db/sqlite`, with `int64`. */
export const MARKED: Dialect = {
  parametersOfNumber: 2,
  // Each parameter is named only once, since SQLite searches for a numbered one among all others each time.
  numberParameter: (index) => {
    const [value, how] = index === undefined ? ["?", "?"] : [`?${index}`, `?${index + 1}`];
    return `(SELECT CASE WHEN how IS NULL THEN value WHEN how = ${MAKE.whole} THEN value * 1.0 ` +
      `WHEN how = ${MAKE.minusZero} THEN 0.0 * -1.0 ELSE value / how END ` +
      `FROM (SELECT ${value} AS value, ${how} AS how))`;
  },
  bindNumber: (params, value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) params.push(value, null);
    else if (Object.is(value, -0)) params.push(0n, MAKE.minusZero);
    // The result may be integral too; it is then bound as an INTEGER, which the SQL division makes a REAL.
    else if (Math.abs(value) >= LARGE) params.push(wholeAsInteger(value * SCALE), SCALE);
    else params.push(BigInt(value), MAKE.whole);
  },
  numberColumn: (sql) =>
    `CASE typeof(${sql}) WHEN 'integer' THEN '${INTEGER_MARK}' || ${sql} WHEN 'text' THEN '${TEXT_MARK}' || ${sql} ` +
    `ELSE ${sql} END`,
  readNumber: (value) => {
    if (typeof value !== "string") return value;
    const text = value.slice(1);
    return value.startsWith(INTEGER_MARK) ? BigInt(text) : text;
  },
  // There, only an INTEGER is read as a number.
  readPlain: (value) => typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value,
  readsExactly: false,
};

function wholeAsInteger(value: number): SqlValue {
  return Number.isInteger(value) ? BigInt(value) : value;
}
