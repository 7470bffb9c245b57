/**
 * What a real server's database makes of a number: exact decimals in classic storage, doubles in split storage, and the
 * text of a double. Pure.
 */
import { type Cell, numberCell } from "../../value/cell.ts";
import type { StorageStyle } from "../app/snapshot.ts";
import { databaseError, tableError } from "../protocol/errors.ts";

/** From this number on Java writes a double with an exponent, which PostgreSQL then stores as an integer. */
const EXPONENT_FROM = 1e7;

/**
 * The cell for a number that a client sends: in classic storage a decimal, read as a double first; in split storage a
 * double.
 * @throws {CallError} TableError for one that is out of range
 */
export function storedNumber(source: string, storage: StorageStyle): Cell {
  const cell = numberCell(source);
  if (storage === "split") {
    const double = Number(source);
    if (!Number.isFinite(double)) throw databaseError(`ERROR: "${source}" is out of range for type double precision`);
    return numberCell(Number.isInteger(double) ? integralDigits(double) : String(double));
  }
  if (typeof cell === "string" && !/^-?\d+$/.test(cell)) throw tableError(`Cannot store ${source}`);
  if (typeof cell !== "number" || !Number.isInteger(cell)) return cell;
  return Math.abs(cell) < EXPONENT_FROM ? cell + 0 : numberCell(plainDigits(String(cell)));
}

/** Digits of an integral double as PostgreSQL writes them: its shortest ones, then zeros. */
export function integralDigits(value: number): string {
  return plainDigits(shortestDigits(value));
}

/** The digits of `1.5e+23` without its exponent. */
function plainDigits(text: string): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e\+(\d+)$/.exec(text);
  if (match === null) return text === "-0" ? "0" : text;
  const [, sign = "", first = "", rest = "", exponent = ""] = match;
  return `${sign}${first}${rest.padEnd(Number(exponent), "0")}`;
}

/** Digits that are enough to distinguish any two doubles. */
const MAX_DIGITS = 17;

/**
 * The shortest digits that are nearer to this double than to any other. JavaScript also takes digits in the middle
 * between two doubles if reading them returns this one; PostgreSQL does not: 1e23 is 9.999999999999999e+22 there.
 * Source: tried on PostgreSQL 15, whose `float8out` leaves out the ends of the interval.
 */
function shortestDigits(value: number): string {
  const text = String(value);
  if (Math.abs(value) < 2 ** 53 || !isMidway(text, value)) return text;
  for (let digits = significant(text); digits <= MAX_DIGITS; digits++) {
    const longer = value.toExponential(digits - 1);
    if (Number(longer) === value && !isMidway(longer, value)) return longer.replace(/\.?0+e/, "e");
  }
  return text;
}

function significant(text: string): number {
  return text.replace(/e.*$/, "").replace(/[-.]/g, "").replace(/0+$/, "").length;
}

/** Whether digits lie exactly between an integral double and its neighbour. */
function isMidway(text: string, value: number): boolean {
  const exact = BigInt(value);
  const digits = BigInt(plainDigits(text));
  if (digits === exact) return false;
  return digits * 2n === exact + BigInt(neighbour(value, digits > exact ? 1n : -1n));
}

/** The next double, away from or towards zero. */
function neighbour(value: number, step: bigint): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  bits.setBigUint64(0, bits.getBigUint64(0) + (value < 0 ? -step : step));
  return Math.sign(value) * bits.getFloat64(0);
}
