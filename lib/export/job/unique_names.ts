/**
 * Names of tables or columns in another database. Each is used only once, upper and lower case being equal. Pure.
 */

/** The names that are used already. */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #maxBytes: number;

  /** @param maxBytes longest name in bytes of UTF-8 */
  constructor(reserved: readonly string[] = [], maxBytes = 1_000) {
    this.#taken = new Set(reserved.map(folded));
    this.#maxBytes = maxBytes;
  }

  /** The name, cut if it is too long; with `_2`, `_3` and so on behind it if it is used already. */
  give(name: string): string {
    for (let n = 1;; n++) {
      const tail = n === 1 ? "" : `_${n}`;
      const candidate = cut(name, this.#maxBytes - tail.length) + tail;
      if (this.#taken.has(folded(candidate))) continue;
      this.#taken.add(folded(candidate));
      return candidate;
    }
  }
}

function folded(name: string): string {
  return name.toLowerCase();
}

const encoder = new TextEncoder();

function cut(name: string, maxBytes: number): string {
  const { read } = encoder.encodeInto(name, new Uint8Array(maxBytes));
  return name.slice(0, read);
}
