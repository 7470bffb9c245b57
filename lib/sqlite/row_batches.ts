/**
 * Rows of a table by ascending number, a batch at a time, so that memory stays small: all rows, or those of a list. It
 * only reads.
 */
import type { Engine, Prepared, SelectedColumn } from "./engine.ts";
import { integerOf, type SqlValue } from "./sql_value.ts";

const BEFORE_ALL = -(2n ** 63n);

/** What is read, and in which steps. */
interface BatchSource {
  readonly columns: readonly SelectedColumn[];
  /** SQL text of the table. */
  readonly table: string;
  /** SQL text of a row's number, and its place among the columns. */
  readonly key: string;
  readonly keyAt: number;
  /** Rows to a batch. */
  readonly batch: number;
}

/** Rows that are being read. */
export class RowBatches implements Disposable {
  readonly #statement: Prepared;
  readonly #source: BatchSource;
  readonly #only: Float64Array | null;
  #after = BEFORE_ALL;
  #taken = 0;
  #isLast = false;

  /** @param only numbers of the wanted rows, ascending; null for all */
  constructor(engine: Engine, source: BatchSource, only: Float64Array | null = null) {
    const { columns, table, key, batch } = source;
    this.#source = source;
    this.#only = only;
    const which = only === null ? `${key} > ?1` : `${key} IN (SELECT value FROM json_each(?1))`;
    this.#statement = engine.select(columns, `FROM ${table} WHERE ${which} ORDER BY ${key} LIMIT ${batch}`);
  }

  /** The next rows; an empty list at the end. */
  next(): readonly SqlValue[][] {
    return this.#only === null ? this.#nextOfAll() : this.#nextOf(this.#only);
  }

  #nextOfAll(): readonly SqlValue[][] {
    if (this.#isLast) return [];
    const { batch, keyAt } = this.#source;
    const rows = this.#statement.rows([this.#after]);
    this.#isLast = rows.length < batch;
    this.#after = integerOf(rows.at(-1)?.[keyAt]) ?? this.#after;
    return rows;
  }

  #nextOf(only: Float64Array): readonly SqlValue[][] {
    while (this.#taken < only.length) {
      const wanted = only.subarray(this.#taken, this.#taken + this.#source.batch);
      this.#taken += wanted.length;
      const rows = this.#statement.rows([`[${wanted.join()}]`]);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
