/**
 * How long to wait before trying again: longer each time, never the same for two clients. Pure but for chance.
 */

const FIRST_MS = 250;
const GROWTH = 2.5;
const MAX_MS = 20_000;

/** Milliseconds before attempt `attempt + 1`, between half and all of an exponential step, 20 s at most. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(MAX_MS, FIRST_MS * GROWTH ** (attempt - 1));
  return Math.round(step / 2 + random() * step / 2);
}
