/**
 * Reads a time as people write it, as a period of local time: a year, a month, a day, down to a second. Pure except for
 * the time zone.
 */

/** A time from a moment until just before another, in milliseconds since 1970. */
export interface Period {
  /** The text as written, tidied: `2026-11`. */
  readonly text: string;
  readonly from: number;
  readonly until: number;
}

const WRITTEN = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[ T](\d\d?)(?::(\d\d)(?::(\d\d))?)?)?)?)?$/;

/** Reads a period; null for a text that is not one. */
export function readPeriod(written: string): Period | null {
  const match = WRITTEN.exec(written.trim());
  if (match === null) return null;
  const given = match.slice(1).filter((part) => part !== undefined).map(Number);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = given;
  const from = localTime(year, month, day, hour, minute, second);
  const next = [year, month, day, hour, minute, second];
  next[given.length - 1] = (given.at(-1) ?? 0) + 1;
  const [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0] = next;
  const start = new Date(from);
  // A date that overflows is not valid: the 31st of June would become the 1st of July.
  if (year < 1 || month > 12 || start.getMonth() !== month - 1 || start.getDate() !== day || hour > 23) return null;
  if (minute > 59 || second > 59) return null;
  const two = (value: number) => String(value).padStart(2, "0");
  const text = [String(year).padStart(4, "0"), ...given.slice(1, 3).map(two)].join("-");
  return { text, from, until: localTime(y, mo, d, h, mi, s) };
}

/** Not the constructor of `Date`, which takes the years 0 to 99 for those of the last century. */
function localTime(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const date = new Date(0);
  date.setFullYear(year, month - 1, day);
  return date.setHours(hour, minute, second, 0);
}
