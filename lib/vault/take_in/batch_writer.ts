/**
 * Inserts lines of one table, many in each statement. It runs inside the caller's transaction.
 */
import type { Engine, InsertedColumn, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Lines in one statement: 10 to 50 are equally fast. */
const LINES = 20;

/** Collects lines and writes them. */
export class BatchWriter implements Disposable {
  readonly #insert: (lines: number) => Prepared;
  readonly #width: number;
  readonly #batch: number;
  #whole: Prepared | null = null;
  #values: SqlValue[] = [];

  constructor(engine: Engine, table: string, columns: readonly InsertedColumn[]) {
    this.#width = columns.length;
    this.#batch = Math.min(LINES, engine.maxRowsOfInsert(columns));
    this.#insert = (lines) => engine.insert(table, columns, lines);
  }

  /** Adds a line, whose values come in the order of the columns. */
  add(own: readonly SqlValue[], cells: readonly SqlValue[]): void {
    for (const value of own) this.#values.push(value);
    for (const cell of cells) this.#values.push(cell);
    if (this.#values.length < this.#batch * this.#width) return;
    this.#whole ??= this.#insert(this.#batch);
    this.#whole.run(this.#values);
    this.#values = [];
  }

  /** Writes the remaining lines. */
  flush(): void {
    if (this.#values.length === 0) return;
    const rest = this.#insert(this.#values.length / this.#width);
    rest.run(this.#values);
    rest.finalize();
    this.#values = [];
  }

  [Symbol.dispose](): void {
    this.#whole?.finalize();
  }
}
