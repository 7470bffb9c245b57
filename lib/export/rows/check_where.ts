/**
 * Checks, before anything is written, whether SQLite can run a user's condition. It only reads.
 */
import { condition } from "../../archive/rows/row_condition.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { ExportJob } from "../job/export_job.ts";
import { badWhere } from "./export_rows.ts";

/**
 * Checks the conditions of a job.
 * @throws {AnvilSqliteError} `bad-where` (exit 2)
 */
export function checkWhere({ archive: { engine }, tables }: ExportJob): void {
  for (const { plan, where } of tables) {
    if (where === null) continue;
    try {
      engine.query(`SELECT 1 FROM ${quoteName(plan.sqlName)} WHERE ${condition(where)} LIMIT 1`);
    } catch (cause) {
      throw badWhere(cause);
    }
  }
}
