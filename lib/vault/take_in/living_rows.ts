/**
 * The living rows of one table, by ascending number. It only reads; rows before the current one may be written
 * meanwhile.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { RowBatches } from "../../sqlite/row_batches.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { liveTable, type StoredColumn, storedKind, storedName } from "../layout/row_tables.ts";

/** A living row. */
export interface LivingRow {
  readonly row: bigint;
  readonly from: bigint;
  /** By place in the vault's numbered columns. */
  readonly cells: readonly SqlValue[];
}

const BATCH = 1_000;

/** The living rows of a table by ascending number. */
export class LivingRows implements Disposable {
  readonly #rows: RowBatches;
  #batch: readonly SqlValue[][] = [];
  #at = 0;
  #current: LivingRow | null = null;

  /** @param only numbers of the wanted rows, ascending; null for all */
  constructor(vault: Engine, table: number, columns: readonly StoredColumn[], only: Float64Array | null) {
    this.#rows = new RowBatches(vault, {
      columns: [
        ...columns.map(({ number, type }) => ({ sql: storedName(number), kind: storedKind(type) })),
        { sql: "_anvil_from", kind: "plain" },
        { sql: "_anvil_row", kind: "plain" },
      ],
      table: liveTable(table),
      key: "_anvil_row",
      keyAt: columns.length + 1,
      batch: BATCH,
    }, only);
    this.advance();
  }

  /** The next row, or null after the last. */
  get current(): LivingRow | null {
    return this.#current;
  }

  advance(): void {
    if (this.#at >= this.#batch.length) {
      this.#batch = this.#rows.next();
      this.#at = 0;
    }
    const cells = this.#batch[this.#at++];
    this.#current = cells === undefined ? null : livingRow(cells);
  }

  [Symbol.dispose](): void {
    this.#rows[Symbol.dispose]();
  }
}

/** Makes a row of a result; the array becomes its cells. */
function livingRow(cells: SqlValue[]): LivingRow {
  const row = cells.pop() as bigint;
  return { row, from: cells.pop() as bigint, cells };
}
