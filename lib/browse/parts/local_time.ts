/**
 * Times on the clock of this machine, and how long ago they were. Pure except for the time zone.
 */

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-28 02:07:00` in local time. */
export function localTime(date: Date): string {
  return `${localDay(date)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-11-28` in local time. */
export function localDay(date: Date): string {
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The moment that a text names; null for a text that names none. */
export function momentOf(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** `just now`, `5 minutes ago`, `3 days ago`. */
export function timeAgo(then: Date, now: number): string {
  const minutes = Math.floor((now - then.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  const [amount, unit] = minutes < 60
    ? [minutes, "minute"]
    : minutes < 48 * 60
    ? [Math.floor(minutes / 60), "hour"]
    : [Math.floor(minutes / 1_440), "day"];
  return `${amount} ${unit}${amount === 1 ? "" : "s"} ago`;
}

/** The name of this machine's time zone. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
