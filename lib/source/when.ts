/**
 * The grammar of `@WHEN` behind a source's name, which says which snapshot is meant. Pure; it knows no snapshot and
 * reads no clock.
 */

/** Which snapshot is meant. */
export type When =
  /** The complete snapshot so many before the newest; 0 is the newest. */
  | { readonly kind: "back"; readonly steps: number }
  /** Its number in `snapshots`; vaults only. */
  | { readonly kind: "number"; readonly number: number }
  /** The newest snapshot at or before a moment. */
  | { readonly kind: "moment"; readonly moment: Date };

/** The forms of a text behind an `@`, for hints. */
export const WHEN_FORMS =
  "a date (@2026-11-01), a time (@2026-11-01T02:00Z), @today, @yesterday, @latest, @-1, or in a vault @#12";

/** A date, with or without a time behind it; also as in the names of backups: `20261101T020000Z`. */
const DATE = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](.+))?$/i;
/** Hour and minute; seconds, a fraction and the offset may follow. */
const TIME = /^(\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** Longest number of a snapshot, in digits. */
const LONGEST_NUMBER = 9;

/**
 * Reads the text behind the `@`; null when it is not a WHEN.
 * @param now for `today` and `yesterday`
 */
export function parseWhen(text: string, now: Date): When | null {
  switch (text.toLowerCase()) {
    case "latest":
      return { kind: "back", steps: 0 };
    case "today":
      return { kind: "moment", moment: endOfDay(now.getFullYear(), now.getMonth(), now.getDate()) };
    case "yesterday":
      return { kind: "moment", moment: endOfDay(now.getFullYear(), now.getMonth(), now.getDate() - 1) };
  }
  const [, sign, digits = ""] = /^([-#])([1-9]\d*)$/.exec(text) ?? [];
  if (sign !== undefined) {
    if (digits.length > LONGEST_NUMBER) return null;
    return sign === "-" ? { kind: "back", steps: Number(digits) } : { kind: "number", number: Number(digits) };
  }
  const moment = parseMoment(text);
  return moment === null ? null : { kind: "moment", moment };
}

/** A date means the end of that day in local time; a time without an offset is local too. */
function parseMoment(text: string): Date | null {
  const [, yearText, monthText, dayText, time] = DATE.exec(text) ?? [];
  if (yearText === undefined) return null;
  const [year, month, day] = [Number(yearText), Number(monthText) - 1, Number(dayText)];
  if (!isDay(year, month, day)) return null;
  if (time === undefined) return endOfDay(year, month, day);
  const [, hours, minutes, seconds = "0", fraction = "0", offset] = TIME.exec(time) ?? [];
  if (hours === undefined) return null;
  const [h, m, s, ms] = [Number(hours), Number(minutes), Number(seconds), Number(`0.${fraction}`) * 1_000];
  if (h > 23 || m > 59 || s > 59) return null;
  if (offset === undefined) return localDate(year, month, day, h, m, s, ms);
  const minutesEast = offsetMinutes(offset);
  if (minutesEast === null) return null;
  const utc = new Date(0);
  utc.setUTCFullYear(year, month, day);
  utc.setUTCHours(h, m - minutesEast, s, ms);
  return utc;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getUTCMonth() === month && date.getUTCDate() === day;
}

/** Minutes east of Greenwich; null for an offset that no place has. */
function offsetMinutes(offset: string): number | null {
  if (offset.toUpperCase() === "Z") return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(":", "") || 0)];
  if (hours > 14 || minutes > 59) return null;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** The last millisecond of a local day, however many hours the day has. */
function endOfDay(year: number, month: number, day: number): Date {
  return new Date(localDate(year, month, day + 1, 0, 0, 0, 0).getTime() - 1);
}

/** A local date. `new Date(99, …)` would be in 1999. */
function localDate(year: number, month: number, day: number, h: number, m: number, s: number, ms: number): Date {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month, day);
  date.setHours(h, m, s, ms);
  return date;
}
