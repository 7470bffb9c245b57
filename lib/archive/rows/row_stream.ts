/**
 * The rows of a data table one after the other, by ascending row id, for a reader that goes through two tables side by side.
 * It holds one batch, and costs nothing for a row but reading it. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { parseRowId } from "../../value/row_id.ts";
import { keepsRowIds } from "./row_reader.ts";
import { rowidAlias } from "./rowid_alias.ts";
import { plainColumn, selectedCell } from "./selected_cell.ts";

const BATCH = 500;
const BEFORE_ALL = -(2n ** 63n);

/** A table being read. */
export class RowStream implements Disposable {
  /** Id of the current row; null at the end. */
  row: bigint | null = null;
  /** Its cells in the order asked for. */
  cells: readonly SqlValue[] = [];
  readonly #statement: Prepared;
  /** Place of the rowid, behind the cells, and of the row id's text where rowids were numbered anew (VACUUM). */
  readonly #rowidAt: number;
  readonly #textAt: number | null;
  #batch: readonly (readonly SqlValue[])[] = [];
  #next = 0;
  #after = BEFORE_ALL;
  #isLast = false;

  /** @param columns indexes into the plan's columns: which cells, in which order */
  constructor(engine: Engine, plan: TableLayout, columns: readonly number[]) {
    const rowid = rowidAlias(plan);
    const cells = columns.flatMap((index) => plan.columns[index] ?? []).map(selectedCell);
    const isAnvils = keepsRowIds(engine, plan);
    this.#rowidAt = cells.length;
    this.#textAt = isAnvils ? null : cells.length + 1;
    this.#statement = engine.select(
      [...cells, plainColumn(rowid), ...(isAnvils ? [] : [plainColumn(quoteName(plan.rowIdSqlName))])],
      `FROM ${quoteName(plan.sqlName)} WHERE ${rowid} > ?1 ORDER BY ${rowid} LIMIT ${BATCH}`,
    );
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
    if (this.#isLast) return false;
    this.#batch = this.#statement.rows([this.#after]);
    this.#next = 0;
    this.#isLast = this.#batch.length < BATCH;
    this.#after = integerOf(this.#batch.at(-1)?.[this.#rowidAt]) ?? this.#after;
    return this.#batch.length > 0;
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
