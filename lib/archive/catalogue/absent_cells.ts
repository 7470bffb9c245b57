/**
 * Cells whose value is not in the file: NULL there, and listed among its warnings with the reason. They are never taken
 * for None: no restore writes them, no proof compares them. This file reads and writes only their warnings.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";

/** Code of the warning about a cell that is absent. */
export const ABSENT_CELL = "absent-cell";
/** Code of the warning about a cell that was read after all others, outside of the snapshot. */
const LATE_CELL = "late-cell";

/** Code of the warning about a value that does not fit its column. */
export const ODD_VALUE = "odd-value";

/**
 * The text that files of format 1 hold in place of a value that was too large, beside an `odd-value` warning: it was
 * never the app's data.
 */
const OLD_STAND_IN = '"more than 16 MiB, which this wire cannot carry"';

/** A cell that is absent. */
export interface AbsentCell {
  /** Id of its table in the file. */
  readonly table: number;
  readonly row: RowId;
  /** Name of its column in the app. */
  readonly column: string;
  readonly reason: string;
}

/** The absent cells of a file, in the order in which they were found. */
export function absentCells(engine: Engine): readonly AbsentCell[] {
  return listedCells(engine).flatMap(({ code, ...cell }) => code === ABSENT_CELL || isStandIn(cell) ? [cell] : []);
}

/** The absent cells in whose place a file of format 1 holds a text that was never the app's. */
export function standIns(engine: Engine): readonly AbsentCell[] {
  return absentCells(engine).filter(isStandIn);
}

/** Cells whose value did not fit its column: the file holds it as JSON text, or NULL. */
export function oddCells(engine: Engine): readonly AbsentCell[] {
  return listedCells(engine).flatMap(({ code, ...cell }) => code === ODD_VALUE && !isStandIn(cell) ? [cell] : []);
}

function isStandIn({ reason }: AbsentCell): boolean {
  return reason.endsWith(OLD_STAND_IN);
}

function listedCells(engine: Engine): readonly (AbsentCell & { readonly code: string })[] {
  const rows = engine.query(
    `SELECT row_id, column_name, message, code FROM _anvil_warnings
    WHERE row_id IS NOT NULL AND column_name IS NOT NULL AND code IN (?1, ?2) ORDER BY id`,
    [ABSENT_CELL, ODD_VALUE],
  );
  return rows.flatMap(([id, column, message, code]) => {
    const place = parseRowId(textOf(id) ?? "");
    if (place === null) return [];
    return [{ ...place, column: textOf(column) ?? "", reason: textOf(message) ?? "", code: textOf(code) ?? "" }];
  });
}

/** Notes that an absent cell has its value after all. Runs in the caller's transaction. */
export function foundAbsentCell(engine: Engine, rowText: string, column: string, message: string): void {
  engine.run(
    `UPDATE _anvil_warnings SET code = ?1, message = ?2 WHERE code = ?3 AND row_id = ?4 AND column_name = ?5`,
    [LATE_CELL, message, ABSENT_CELL, rowText, column],
  );
}
