/**
 * Sets one cell of a row that is in the file already, with its junction rows. It runs inside the caller's transaction.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { Cell } from "../../value/cell.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import { sqlKindOf } from "./selected_cell.ts";
import { writeLinks } from "./row_writer.ts";

/**
 * Sets the cell. Runs in the caller's transaction.
 * @param index of the column in the plan
 */
export function setCell(engine: Engine, plan: TableLayout, row: RowId, index: number, cell: Cell): void {
  const column = plan.columns[index];
  if (column === undefined) throw new RangeError(`Column ${index} of '${plan.sqlName}'`);
  const bound = engine.bindings();
  const value = bound.add(cell, sqlKindOf(column.column.kind));
  const id = bound.add(rowIdText(plan.tableId, row));
  engine.run(
    `UPDATE ${quoteName(plan.sqlName)} SET ${quoteName(column.sqlName)} = ${value}
    WHERE ${quoteName(plan.rowIdSqlName)} = ${id}`,
    bound.values,
  );
  if (column.junction !== null) writeLinks(engine, column.junction.sqlName, plan.tableId, row, cell);
}
