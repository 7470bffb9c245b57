/** A clock that stands still until a test moves it; what was put off runs in order, at its own time. */
import type { Clock } from "../lib/clock.ts";

/** 2026-11-24T02:07:00Z, where every manual clock begins. */
const EPOCH = Date.UTC(2026, 10, 24, 2, 7, 0);

export class ManualClock implements Clock {
  #elapsed = 0;
  #tasks: { readonly at: number; readonly task: () => void }[] = [];

  readonly now = (): number => EPOCH + this.#elapsed;
  readonly monotonic = (): number => this.#elapsed;
  readonly after = (ms: number, task: () => void): () => void => {
    const entry = { at: this.#elapsed + ms, task };
    this.#tasks.push(entry);
    return () => void (this.#tasks = this.#tasks.filter((other) => other !== entry));
  };

  /** Moves time on and runs what has come due. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = this.#tasks.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((entry) => entry !== next);
      this.#elapsed = next.at;
      next.task();
    }
    this.#elapsed = end;
  }
}
