/**
 * Makes the proofs of a partial file anew, after a cell was set in a row that was in it already.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { RowId } from "../../value/row_id.ts";
import { keepWarnings } from "../making/frame.ts";
import { changePageSum, copiedPages, isIn } from "../making/resume_state.ts";
import { sumStored } from "./stored_page.ts";

/**
 * Makes the proofs of a row's page anew, with what is known of the row's warnings. Runs in the caller's transaction.
 */
export function renewProofs(engine: Engine, plan: TableLayout, row: RowId): void {
  for (const page of copiedPages(engine)) {
    if (page.tableId === plan.tableId && isIn(page, row)) {
      changePageSum(engine, page, sumStored(engine, plan, page).sum);
    }
  }
  keepWarnings(engine);
}
