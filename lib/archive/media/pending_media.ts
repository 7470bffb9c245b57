/**
 * Media of a partial file whose bytes are still to come, with the cells that use them.
 */
import type { TablePlan } from "../../ddl/archive_plan.ts";
import { quoteName } from "../../ddl/quote.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";

/** A medium without its bytes. */
export interface PendingMedium {
  /** Id in `_anvil_media_objects`. */
  readonly id: bigint;
  readonly plan: TablePlan;
  /** Index into the plan's columns. */
  readonly column: number;
  readonly row: RowId;
}

/** Finds all of them. */
export function pendingMedia(engine: Engine, tables: readonly TablePlan[]): readonly PendingMedium[] {
  return tables.flatMap((plan) =>
    plan.columns.flatMap(({ column, sqlName }, index) => {
      if (column.kind !== "media") return [];
      const rows = engine.query(`
        SELECT m.id, t.${quoteName(plan.rowIdSqlName)}
        FROM ${quoteName(plan.sqlName)} AS t JOIN _anvil_media_objects AS m ON m.id = t.${quoteName(sqlName)}
        WHERE m.state = 'pending'`);
      return rows.flatMap(([id, text]) => {
        const row = parseRowId(textOf(text) ?? "");
        return row === null ? [] : [{ id: integerOf(id) ?? 0n, plan, column: index, row: row.row }];
      });
    })
  );
}
