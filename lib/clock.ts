/**
 * Time as a record of functions, so that tests can move it and nothing in a test ever sleeps. It does not know what is
 * being timed.
 */

/** Time, and timers. */
export interface Clock {
  /** Milliseconds since 1970, UTC. It may jump when the system's clock is set. */
  readonly now: () => number;
  /** Milliseconds since some fixed moment; it never jumps. */
  readonly monotonic: () => number;
  /** Calls `task` once after `ms` milliseconds; the result cancels it. */
  readonly after: (ms: number, task: () => void) => () => void;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds, or rejects with the signal's reason as soon as it is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
