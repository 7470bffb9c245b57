/**
 * What a restore has done to cells of existing rows, and which it left alone because somebody had changed them
 * meanwhile. It is read from the id map.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { Target } from "../job/target.ts";

/** A cell, or a row, that was left alone. */
interface LeftAlone {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly message: string;
}

/** What a restore has done to cells. */
export interface CellTally {
  /** Rows with a cell that was set. */
  readonly rows: number;
  readonly set: number;
  readonly deleted: number;
  readonly left: readonly LeftAlone[];
}

/** Counts the cells of an id map. */
export function cellTally(idMap: IdMap, { listed }: Target): CellTally {
  let [rows, set, deleted] = [0, 0, 0];
  const left: LeftAlone[] = [];
  for (const { id, name } of listed) {
    const written = idMap.cells.count(id, "written");
    rows += written.rows;
    set += written.cells;
    deleted += idMap.cells.countDeletions(id).done;
    for (const state of ["changed", "gone"] as const) {
      for (const { row, column } of idMap.cells.inState(id, state)) {
        const text = rowIdText(id, row);
        const what = state === "gone" ? "was deleted meanwhile" : `column '${column}' was changed meanwhile`;
        left.push({ table: name, row: text, column, message: `Row ${text} of table '${name}': ${what}; left alone` });
      }
    }
  }
  return { rows, set, deleted, left };
}
