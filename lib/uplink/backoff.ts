/**
 * How long to wait before trying again: longer each time, and different for each client. Pure except for chance.
 */
import { BACKOFF } from "./limits.ts";

/**
 * The wait in milliseconds before attempt `attempt + 1`: a random time between half and all of an exponential step, 20
 * s at most.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(BACKOFF.maxMs, BACKOFF.firstMs * BACKOFF.growth ** (attempt - 1));
  return Math.round(step / 2 + random() * step / 2);
}
