/**
 * Finds the rows of a file that link to a row: by the index of a single link, or by the junction table of a multi-link.
 * It only reads.
 */
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";

/** Finds rows that link to a row through one column. */
export class LinkHolders implements Disposable {
  readonly #statement: Prepared;

  constructor(engine: Engine, plan: TableLayout, { sqlName, junction }: ColumnLayout) {
    this.#statement = engine.prepare(
      junction === null
        ? `SELECT ${quoteName(plan.rowIdSqlName)} FROM ${quoteName(plan.sqlName)} WHERE ${quoteName(sqlName)} = ?1`
        : `SELECT DISTINCT _anvil_row_id FROM ${quoteName(junction.sqlName)} WHERE target_row_id = ?1`,
    );
  }

  /** Rows that link to a row; the row is passed as `[table,row]`. */
  of(target: string): readonly RowId[] {
    return this.#statement.rows([target]).flatMap(([id]) => parseRowId(String(id))?.row ?? []);
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}
