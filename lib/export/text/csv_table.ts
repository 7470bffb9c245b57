/**
 * A table as CSV: a line of headings, then a line for each row. Pure except for what cells look up.
 */
import { rowIdText } from "../../value/row_id.ts";
import type { OutTable } from "../job/export_job.ts";
import type { OutContext } from "../rows/out_context.ts";
import { csvField, type CsvStyle, csvText } from "./csv_cell.ts";
import type { TableText } from "./table_text.ts";

/** The functions that turn a table into CSV. */
export function csvTable({ plan, columns }: OutTable, style: CsvStyle, context: OutContext): TableText {
  const end = style.excel ? "\r\n" : "\n";
  const fields = columns.map((column) => csvField(column, context, style));
  const headings = [plan.rowIdSqlName, ...columns.map(({ name }) => name)];
  return {
    head: `${style.excel ? "\ufeff" : ""}${headings.map((name) => csvText(name, style)).join(",")}${end}`,
    line: ({ row, cells }) => {
      let line = `"${rowIdText(plan.tableId, String(row))}"`;
      for (let i = 0; i < fields.length; i++) line += `,${fields[i]?.(cells[i] ?? null) ?? ""}`;
      return line + end;
    },
  };
}
