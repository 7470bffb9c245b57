/**
 * Which snapshot a line belongs to when its own is forgotten: the next kept one, which has the line too. Pure.
 */

/** The numbers of kept snapshots. */
export class KeptNumbers {
  /** Ascending. */
  readonly numbers: readonly number[];
  /** For each number up to the newest, the first kept one at or after it. */
  readonly #next: readonly number[];

  /** @param numbers ascending; the newest of the vault is the last */
  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
    const next: number[] = [];
    for (let i = numbers.length - 1, kept = Infinity, n = numbers.at(-1) ?? 0; n >= 0; n--) {
      if (numbers[i] === n) {
        kept = n;
        i--;
      }
      next[n] = kept;
    }
    this.#next = next;
  }

  /** The first kept number at or after one. */
  next(number: number): number {
    return this.#next[Math.max(0, number)] ?? Infinity;
  }

  /** Each number that is not kept, paired with the next kept one. */
  moves(): readonly (readonly [from: number, to: number])[] {
    return this.#next.flatMap((to, from) => to === from ? [] : [[from, to] as const]);
  }
}
