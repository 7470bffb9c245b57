/**
 * Counts what of an archive cannot come back as it is, by table and column, and describes each in a sentence. Pure.
 */
import { countOf } from "../../ui/text/count.ts";

/** One sentence of the list. */
export interface LossMessage {
  readonly code: string;
  readonly message: string;
}

/** A sentence for one value and one for several, by code. */
type Sentences<Code extends string> = { readonly [code in Code]: readonly [one: string, several: string] };

/** A list of losses, or of changes. */
export class LossList<Code extends string> {
  readonly #sentences: Sentences<Code>;
  readonly #counts = new Map<string, { table: string; column: string; code: Code; count: number }>();

  constructor(sentences: Sentences<Code>) {
    this.#sentences = sentences;
  }

  add(table: string, column: string, code: Code): void {
    const key = JSON.stringify([table, column, code]);
    const entry = this.#counts.get(key) ?? { table, column, code, count: 0 };
    entry.count++;
    this.#counts.set(key, entry);
  }

  /** A sentence for each column. */
  messages(): readonly LossMessage[] {
    return [...this.#counts.values()].map(({ table, column, code, count }) => {
      const [one, several] = this.#sentences[code];
      return { code, message: `Column '${column}' of table '${table}': ${countOf(count, one, several)}` };
    });
  }
}
