/**
 * The progress of something long, in words that change seldom enough for a log: the share that is done, and the time
 * left.
 */
import { duration } from "../../ui/text/duration.ts";

/** Milliseconds between two lines on the same thing. */
const EVERY_MS = 5_000;
/** Before this share is done, a guess at the time left is worth nothing. */
const WORTH_A_GUESS = 0.05;

/** Prints now and then how far something is. */
export class ShareLeft {
  readonly #tell: (text: string) => void;
  readonly #now: () => number;
  readonly #begun: number;
  #last = -Infinity;
  #what = "";

  constructor(tell: (text: string) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
    this.#begun = now();
  }

  /** Takes the amount that is done; `of` is the whole amount, 0 when it has no size. */
  step(what: string, done: number, of: number): void {
    const now = this.#now();
    if (what === this.#what && now - this.#last < EVERY_MS) return;
    this.#what = what;
    this.#last = now;
    const share = of === 0 ? 0 : done / of;
    if (share < WORTH_A_GUESS) return this.#tell(what);
    const left = (now - this.#begun) * (1 / share - 1);
    this.#tell(`${what}, ${Math.floor(share * 100)} % done, about ${duration(left)} left`);
  }
}
