/**
 * Writes a table as CSV: a line of headings, then a line a row. It names no file.
 */
import type { ByteSink } from "../../place/partial_file.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { OutContext } from "../rows/out_context.ts";
import { exportRows } from "../rows/export_rows.ts";
import { csvField, type CsvStyle, csvText } from "./csv_cell.ts";
import { TextOutput } from "./text_output.ts";

/** Writes a table; returns how many rows. */
export async function writeCsv(job: ExportJob, table: OutTable, style: CsvStyle, sink: ByteSink): Promise<number> {
  const { plan, columns } = table;
  const end = style.excel ? "\r\n" : "\n";
  const out = new TextOutput(sink);
  using context = new OutContext(job);
  const fields = columns.map((column) => csvField(column, context, style));
  const headings = [plan.rowIdSqlName, ...columns.map(({ name }) => name)];
  out.put(`${style.excel ? "\ufeff" : ""}${headings.map((name) => csvText(name, style)).join(",")}${end}`);
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const { row, cells } of batch) {
      let line = `"${rowIdText(plan.tableId, String(row))}"`;
      for (let i = 0; i < fields.length; i++) line += `,${fields[i]?.(cells[i] ?? null) ?? ""}`;
      out.put(line + end);
    }
    rows += batch.length;
  }
  out.flush();
  return rows;
}
