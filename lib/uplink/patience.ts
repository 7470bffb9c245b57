/**
 * Tries again when a failure may pass, with longer waits each time, and says so. It is the only policy of retries:
 * `limits.ts` has its bounds, and the kind of an error says whether it may pass. Any other error is thrown unchanged.
 */
import { type Clock, pause } from "../clock.ts";
import { AnvilSqliteError, isKind } from "../errors.ts";
import { backoffMs } from "./backoff.ts";
import { PATIENCE, type PatienceRule } from "./limits.ts";

/** What retries need. */
export interface Patience {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called before each wait: the coming attempt (from 2), the wait, and why. */
  readonly onRetry?: (what: string, attempt: number, waitMs: number, message: string) => void;
}

/** Failures of the same kinds in a row. */
interface Row {
  failures: number;
  /** When the first of them happened, on the monotonic clock. */
  since: number;
}

/** Counts the failures in a row of one piece of work. */
export class Tries {
  readonly #rule: PatienceRule;
  readonly #patience: Patience;
  readonly #rows = new Map<PatienceRule, Row>();

  constructor(rule: PatienceRule, patience: Patience) {
    this.#rule = rule;
    this.#patience = patience;
  }

  /** Notes progress: the next failure is the first of a new row. */
  progressed(): void {
    this.#rows.clear();
  }

  /**
   * Waits before the next try.
   * @param what what is being done, for the user
   * @throws the failure, when it cannot pass or came too often; the signal's reason, when it is aborted meanwhile
   */
  async failed(error: unknown, what: string): Promise<void> {
    const { clock, signal, onRetry } = this.#patience;
    const rule = ruleOf(error, this.#rule);
    if (rule === null || !(error instanceof AnvilSqliteError)) throw error;
    const { tries = Infinity, forMs = Infinity } = rule;
    const now = clock.monotonic();
    const row = this.#rows.get(rule) ?? { failures: 0, since: now };
    this.#rows.set(rule, row);
    row.failures++;
    const waitMs = backoffMs(row.failures);
    if (row.failures >= tries || now + waitMs - row.since > forMs) throw error;
    onRetry?.(what, row.failures + 1, waitMs, error.message);
    await pause(clock, waitMs, signal);
  }
}

/** The part of a rule for this kind of failure; null when there is none. */
function ruleOf(error: unknown, rule: PatienceRule): PatienceRule | null {
  if (isKind(error, ...rule.kinds)) return rule;
  return rule.also === undefined ? null : ruleOf(error, rule.also);
}

/** The result of `ask`, with retries; throws the last failure. */
export async function patiently<T>(
  what: string,
  ask: () => Promise<T>,
  patience: Patience,
  rule: PatienceRule = PATIENCE.call,
): Promise<T> {
  const tries = new Tries(rule, patience);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      await tries.failed(error, what);
    }
  }
}
