/**
 * Moments and ages as lists show them. Pure; a moment is written so that a user can paste it behind an `@`.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-01T02:00:00Z`. */
export function momentText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** `5 min`, `26 h`, `3 days`: rounded down; a moment in the future is `0 min` old. */
export function ageText(ms: number): string {
  const age = Math.max(0, ms);
  if (age < 2 * HOUR) return `${Math.floor(age / MINUTE)} min`;
  return age < 2 * DAY ? `${Math.floor(age / HOUR)} h` : `${Math.floor(age / DAY)} days`;
}
