/**
 * Asks again what failed for a reason that may pass, a few times, each wait longer than the last, and says so.
 * It decides nothing about what a failure means: what does not pass is thrown as it came.
 */
import { type Clock, pause } from "../clock.ts";
import { TRIES } from "./limits.ts";
import { isTransient } from "./uplink_errors.ts";
import { backoffMs } from "./backoff.ts";

/** What trying again needs. */
export interface Patience {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told before each wait: the coming attempt (from 2), the wait, and why. */
  readonly onRetry?: (what: string, attempt: number, waitMs: number, message: string) => void;
}

/** Which failures are worth another try, and how many tries there are in all. */
interface PatienceRule {
  readonly tries: number;
  readonly isPassing: (error: unknown) => boolean;
}

/** For single calls: opaque internal errors and an empty pool. */
const CALLS: PatienceRule = { tries: TRIES.call, isPassing: isTransient };

/** The result of `ask`, or the failure that did not pass. */
export async function patiently<T>(
  what: string,
  ask: () => Promise<T>,
  { clock, signal, onRetry }: Patience,
  rule: PatienceRule = CALLS,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt >= rule.tries || !rule.isPassing(error)) throw error;
      const waitMs = backoffMs(attempt);
      onRetry?.(what, attempt + 1, waitMs, error instanceof Error ? error.message : String(error));
      await pause(clock, waitMs, signal);
    }
  }
}
