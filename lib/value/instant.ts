/**
 * Datetime cells as a moment in UTC and an offset, for formats that have no datetimes with an offset. Pure.
 */
import { DAY_MS, dayIn, digitPair, instantText } from "./day.ts";

/** An instant with the offset that it was written in. */
export interface Instant {
  /** Milliseconds since 1970, UTC, rounded down. */
  readonly ms: number;
  /** Microseconds beyond these: 0 to 999. */
  readonly micros: number;
  /** `+01:30`. */
  readonly offset: string;
}

const MINUS = 45;
const CELL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d$/;

const MINUTE_MS = 60_000;

/** The instant of a datetime cell, or null when the text is not one. */
export function instantOf(cell: string): Instant | null {
  if (!CELL.test(cell)) return null;
  const ms = cellMs(cell) ?? Date.parse(`${cell.slice(0, 23)}${cell.slice(26)}`);
  return Number.isNaN(ms) ? null : { ms, micros: Number(cell.slice(23, 26)), offset: cell.slice(26) };
}

/**
 * By arithmetic, which takes a fifth of the time; null for special cases that only `Date` decides, such as 24 o'clock.
 */
function cellMs(cell: string): number | null {
  const day = dayIn(cell);
  const [hour, minute, second] = [digitPair(cell, 11), digitPair(cell, 14), digitPair(cell, 17)];
  const [offsetHour, offsetMinute] = [digitPair(cell, 27), digitPair(cell, 30)];
  if (day === null || hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  const offset = (offsetHour * 60 + offsetMinute) * MINUTE_MS;
  return day * DAY_MS + (hour * 60 + minute) * MINUTE_MS + second * 1000 + Number(cell.slice(20, 23)) -
    (cell.charCodeAt(26) === MINUS ? -offset : offset);
}

const LEAST_MS = Date.parse("0001-01-01T00:00:00Z");
const MOST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * `YYYY-MM-DD HH:MM:SS.SSS` in UTC, as SQLite's date functions and most programs read it; null for a year before 1 or
 * after 9999. Source: sqlite.org/lang_datefunc.html.
 */
export function utcText({ ms }: Instant): string | null {
  if (ms < LEAST_MS || ms > MOST_MS) return null;
  return instantText(ms);
}
