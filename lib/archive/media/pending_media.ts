/**
 * Media of a partial file whose bytes are still to come, with the cells that use them.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";

/** A medium without its bytes. */
export interface PendingMedium {
  /** Id in `_anvil_media_objects`. */
  readonly id: bigint;
  readonly plan: TableLayout;
  /** Index into the plan's columns. */
  readonly column: number;
  readonly row: RowId;
  /** What the app calls it. */
  readonly manager: string;
  readonly anvilId: string;
}

/** Finds all media without their bytes. */
export function pendingMedia(engine: Engine, tables: readonly TableLayout[]): readonly PendingMedium[] {
  return tables.flatMap((plan) =>
    plan.columns.flatMap(({ column, sqlName }, index) => {
      if (column.kind !== "media") return [];
      const rows = engine.query(`
        SELECT m.id, t.${quoteName(plan.rowIdSqlName)}, m.manager, m.anvil_id
        FROM ${quoteName(plan.sqlName)} AS t JOIN _anvil_media_objects AS m ON m.id = t.${quoteName(sqlName)}
        WHERE m.state = 'pending'`);
      return rows.flatMap(([id, text, manager, anvilId]) => {
        const row = parseRowId(textOf(text) ?? "");
        if (row === null) return [];
        const names = { manager: textOf(manager) ?? "", anvilId: textOf(anvilId) ?? "" };
        return [{ id: integerOf(id) ?? 0n, plan, column: index, row: row.row, ...names }];
      });
    })
  );
}
