/**
 * Counts cells that a restore in place leaves as they are, by table, column and reason. Plain state.
 */
import { LossList, type LossMessage } from "../job/loss_list.ts";
import { type Loss, LOSSES } from "../job/wanted_cell.ts";

/** Counts cells that are left as they are. */
export class LeftCells {
  readonly #list = new LossList(LOSSES);

  add(table: string, column: string, loss: Loss): void {
    if (loss !== "unwanted-media") this.#list.add(table, column, loss);
  }

  /** A sentence for each column and reason. */
  messages(): readonly LossMessage[] {
    return this.#list.messages();
  }
}
