/**
 * Whether links of a column lead to rows that an export does not have. Then a foreign key would fail. It only reads.
 */
import { condition } from "../../archive/rows/row_condition.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { PlainPart } from "../columns/plain_layout.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";

/** Whether there are such links, even if only a part of the target is exported. */
export function leadsNowhere(job: ExportJob, { plan, where }: OutTable, { column }: PlainPart): boolean {
  const targetTable = job.tables.find((table) => table.plan.sqlName === column.plan.targetSqlName);
  if (targetTable === undefined || column.mask !== null) return false;
  const [target, targetId] = [quoteName(targetTable.plan.sqlName), quoteName(targetTable.plan.rowIdSqlName)];
  const { junction } = column.plan;
  const [from, link, row] = junction === null
    ? [quoteName(plan.sqlName), quoteName(column.plan.sqlName), quoteName(plan.rowIdSqlName)]
    : [quoteName(junction.sqlName), "target_row_id", "_anvil_row_id"];
  const rows = where === null
    ? ""
    : `AND ${row} IN (SELECT ${quoteName(plan.rowIdSqlName)} FROM ${quoteName(plan.sqlName)} WHERE ${
      condition(where)
    })`;
  const among = targetTable.where === null ? "" : ` WHERE ${condition(targetTable.where)}`;
  return job.archive.engine.query(
    `SELECT 1 FROM ${from} WHERE ${link} IS NOT NULL ${rows} ` +
      `AND ${link} NOT IN (SELECT ${targetId} FROM ${target}${among}) LIMIT 1`,
  ).length > 0;
}
