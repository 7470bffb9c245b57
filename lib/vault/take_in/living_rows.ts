/**
 * The living rows of one table, by ascending number or one by one. It only reads; rows before the current one may be written
 * meanwhile.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
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
  readonly #statement: Prepared;
  #batch: SqlValue[][] = [];
  #at = 0;
  #after = -(2n ** 63n);
  #current: LivingRow | null = null;

  constructor(vault: Engine, table: number, columns: readonly StoredColumn[]) {
    this.#statement = selectLiving(
      vault,
      table,
      columns,
      `WHERE _anvil_row > ?1 ORDER BY _anvil_row LIMIT ${BATCH}`,
    );
    this.advance();
  }

  get isEmpty(): boolean {
    return this.#current === null && this.#after === -(2n ** 63n);
  }

  /** The row that is next, or null behind the last. */
  get current(): LivingRow | null {
    return this.#current;
  }

  advance(): void {
    if (this.#at >= this.#batch.length) {
      this.#batch = this.#batch.length === 0 || this.#batch.length === BATCH ? this.#statement.rows([this.#after]) : [];
      this.#at = 0;
    }
    const cells = this.#batch[this.#at++];
    if (cells === undefined) {
      this.#current = null;
      return;
    }
    this.#current = livingRow(cells);
    this.#after = this.#current.row;
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}

/** Prepares the reading of living rows. */
function selectLiving(vault: Engine, table: number, columns: readonly StoredColumn[], rest: string): Prepared {
  return vault.select(
    [
      ...columns.map(({ number, type }) => ({ sql: storedName(number), kind: storedKind(type) })),
      { sql: "_anvil_from", kind: "plain" },
      { sql: "_anvil_row", kind: "plain" },
    ],
    `FROM ${liveTable(table)} ${rest}`,
  );
}

/** A row that {@link selectLiving} has read, whose array becomes its cells. */
function livingRow(cells: SqlValue[]): LivingRow {
  const row = cells.pop() as bigint;
  return { row, from: cells.pop() as bigint, cells };
}
