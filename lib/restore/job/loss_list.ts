/**
 * Counts what of an archive cannot come back, by table and column, and says it in a sentence for each. Pure.
 */
import { countOf } from "../../ui/text/count.ts";
import { type Loss, LOSSES } from "./wanted_cell.ts";

/** One sentence of the list. */
export interface LossMessage {
  readonly code: string;
  readonly message: string;
}

/** A list of losses. */
export class LossList {
  readonly #counts = new Map<string, { table: string; column: string; loss: Loss; count: number }>();

  add(table: string, column: string, loss: Loss): void {
    const key = JSON.stringify([table, column, loss]);
    const entry = this.#counts.get(key) ?? { table, column, loss, count: 0 };
    entry.count++;
    this.#counts.set(key, entry);
  }

  /** A sentence for each column. */
  messages(): readonly LossMessage[] {
    return [...this.#counts.values()].map(({ table, column, loss, count }) => ({
      code: loss,
      message: `Column '${column}' of table '${table}': ${countOf(count, LOSSES[loss][0], LOSSES[loss][1])}`,
    }));
  }
}
