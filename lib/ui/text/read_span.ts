/**
 * Spans of time as people write them: `90s`, `10m`, `20h`, `7d`. Pure.
 */

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How a user writes a span, for hints. */
export const SPAN_FORM = "It is a number with its unit, such as 90s, 10m, 20h or 7d.";

/** Milliseconds; null when the text is not a span. */
export function readSpan(text: string): number | null {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * UNIT_MS[unit === "s" || unit === "m" || unit === "h" ? unit : "d"];
}

/** A span in the largest unit in which it is a whole number. */
export function spanText(ms: number): string {
  for (const unit of ["d", "h", "m"] as const) {
    if (ms > 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${Math.round(ms / UNIT_MS.s)}s`;
}
