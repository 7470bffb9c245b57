/**
 * Chooses how a table becomes text. Pure except for what cells look up.
 */
import type { OutTable } from "../job/export_job.ts";
import type { OutContext } from "../rows/out_context.ts";
import { csvTable } from "./csv_table.ts";
import { jsonlTable } from "./jsonl_table.ts";
import type { TableText, TextFormat } from "./table_text.ts";

/** The functions that turn a table into text of a format. */
export function textOfTable(text: TextFormat, table: OutTable, context: OutContext): TableText {
  return text.format === "csv" ? csvTable(table, text.style, context) : jsonlTable(table, context);
}
