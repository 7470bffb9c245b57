/**
 * Finds single rows of a data table by their id, for readers that do not go in the table's order. It only reads.
 */
import { selectInParts } from "./select_in_parts.ts";
import { condition } from "./row_condition.ts";
import { plainColumn, selectedCell } from "./selected_cell.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Finds rows of one table. */
export class RowLookup implements Disposable {
  readonly #plan: TableLayout;
  readonly #statement: Prepared;

  /** @param columns indexes into the plan's columns: which cells, in which order */
  constructor(engine: Engine, plan: TableLayout, columns: readonly number[]) {
    const chosen = columns.flatMap((index) => plan.columns[index] ?? []);
    this.#plan = plan;
    this.#statement = selectInParts(
      engine,
      [plainColumn("1"), ...chosen.map(selectedCell)],
      `FROM ${quoteName(plan.sqlName)} WHERE ${quoteName(plan.rowIdSqlName)} = ?1`,
    );
  }

  /** Cells of a row in the order asked for; null when there is no such row. */
  cells(id: RowId): readonly SqlValue[] | null {
    const [row] = this.#statement.rows([rowIdText(this.#plan.tableId, id)]);
    return row === undefined ? null : row.slice(1);
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}

/**
 * Row ids of a table for which a user's SQL expression is true.
 * @throws {Error} SQLite's own, when the expression is not valid
 */
export function rowsWhere(engine: Engine, plan: TableLayout, expression: string): readonly string[] {
  return engine.query(
    `SELECT ${quoteName(plan.rowIdSqlName)} FROM ${quoteName(plan.sqlName)} WHERE ${condition(expression)}`,
  )
    .map(([id]) => String(id));
}
