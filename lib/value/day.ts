/**
 * Days of the calendar as counts and as texts, by arithmetic. `Date` reads the 30th of February as the 1st of March; it
 * is also ten times as slow, and an export asks for each cell. Pure.
 */

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** Texts of numbers with zeros in front, for clocks; made once. */
const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, "0"));
const THREE = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, "0"));

const DAY = /^\d{4}-\d\d-\d\d$/;
const ZERO = 48;

/**
 * The days of a `YYYY-MM-DD` since 1970, or null when there is no such day. All years are in the Gregorian calendar.
 */
export function dayOf(text: string): number | null {
  return DAY.test(text) ? dayIn(text) : null;
}

/** The same, for a text that surely begins with such digits. */
export function dayIn(text: string): number | null {
  const year = digitPair(text, 0) * 100 + digitPair(text, 2);
  const [month, day] = [digitPair(text, 5), digitPair(text, 8)];
  return month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)
    ? null
    : daysBefore(year, month) + day - 1;
}

/** The number in two digits of a text. */
export function digitPair(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * ZERO;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970 to the first of a month. Years begin in March here, so that a leap day is their last. */
function daysBefore(year: number, month: number): number {
  const [years, months] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  return years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) +
    Math.floor((153 * months + 2) / 5) - 719_468;
}

/** Texts of days that were asked for: a table has few different ones. */
const texts = new Map<number, string>();
const REMEMBERED = 50_000;

/** `YYYY-MM-DD HH:MM:SS.SSS` of an instant in the years 0 to 9999, in UTC. */
export function instantText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  let date = texts.get(day);
  if (date === undefined) {
    if (texts.size >= REMEMBERED) texts.clear();
    date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    texts.set(day, date);
  }
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor(rest / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return `${date} ${TWO[hours]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${threeDigits(rest % 1000)}`;
}

/** A number below 1000 with three digits. */
export function threeDigits(number: number): string {
  return THREE[number] ?? "";
}
