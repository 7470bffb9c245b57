/**
 * Two queues in which calls wait: for the right to write (SQLite has one), and for a connection of the pool (a server
 * has few). First come, first served; every wait has an end.
 */
import type { Clock } from "../../clock.ts";

/** A number of permits, handed out in order. */
export class Permits {
  readonly #clock: Clock;
  readonly #waiting: { grant: () => void }[] = [];
  #free: number;

  constructor(count: number, clock: Clock) {
    this.#free = count;
    this.#clock = clock;
  }

  /** Takes a permit; false if none became free within `timeoutMs`. */
  take(timeoutMs: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const waiter = {
        grant: () => {
          cancel();
          resolve(true);
        },
      };
      const cancel = this.#clock.after(timeoutMs, () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(false);
      });
      this.#waiting.push(waiter);
    });
  }

  /** Returns a permit. */
  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next.grant();
  }
}
