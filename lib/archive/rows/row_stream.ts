/**
 * The rows of a data table one after the other, by ascending row id, for a reader that goes through two tables side by
 * side. It holds one batch in memory. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { RowBatches } from "../../sqlite/row_batches.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { parseRowId } from "../../value/row_id.ts";
import { keepsRowIds } from "./row_reader.ts";
import { rowidAlias } from "./rowid_alias.ts";
import { plainColumn, selectedCell } from "./selected_cell.ts";

const BATCH = 500;

/** A table that is being read. */
export class RowStream implements Disposable {
  /** Id of the current row; null at the end. */
  row: bigint | null = null;
  /** Its cells in the order asked for. */
  cells: readonly SqlValue[] = [];
  readonly #rows: RowBatches;
  /** Place of the rowid, behind the cells; and of the row id's text if rowids were numbered anew (VACUUM). */
  readonly #rowidAt: number;
  readonly #textAt: number | null;
  #batch: readonly (readonly SqlValue[])[] = [];
  #next = 0;

  /**
   * @param columns indexes into the plan's columns: which cells, in which order
   * @param only SQLite's numbers of the rows that are wanted, ascending; null for all
   */
  constructor(engine: Engine, plan: TableLayout, columns: readonly number[], only: Float64Array | null = null) {
    const rowid = rowidAlias(plan);
    const cells = columns.flatMap((index) => plan.columns[index] ?? []).map(selectedCell);
    const isAnvils = keepsRowIds(engine, plan);
    this.#rowidAt = cells.length;
    this.#textAt = isAnvils ? null : cells.length + 1;
    this.#rows = new RowBatches(engine, {
      columns: [...cells, plainColumn(rowid), ...(isAnvils ? [] : [plainColumn(quoteName(plan.rowIdSqlName))])],
      table: quoteName(plan.sqlName),
      key: rowid,
      keyAt: this.#rowidAt,
      batch: BATCH,
    }, only);
    this.advance();
  }

  /** Goes to the next row. */
  advance(): void {
    if (this.#next >= this.#batch.length && !this.#fill()) {
      this.row = null;
      this.cells = [];
      return;
    }
    const cells = this.#batch[this.#next++] ?? [];
    this.cells = cells;
    const text = this.#textAt === null ? null : cells[this.#textAt];
    this.row = text === null ? integerOf(cells[this.#rowidAt]) : BigInt(parseRowId(String(text))?.row ?? 0);
  }

  #fill(): boolean {
    this.#batch = this.#rows.next();
    this.#next = 0;
    return this.#batch.length > 0;
  }

  [Symbol.dispose](): void {
    this.#rows[Symbol.dispose]();
  }
}
