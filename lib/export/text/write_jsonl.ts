/**
 * Writes a table as JSON lines: an object a row, with all digits of every number. It names no file.
 */
import { canonicalJson, parseExact } from "../../json/exact_json.ts";
import type { ByteSink } from "../../place/partial_file.ts";
import { type Cell, numberText } from "../../value/cell.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutColumn, OutTable } from "../job/export_job.ts";
import { linksOf, mediumText, OutContext } from "../rows/out_context.ts";
import { exportRows } from "../rows/export_rows.ts";
import { TextOutput } from "./text_output.ts";

/** Writes a table; returns how many rows. */
export async function writeJsonl(job: ExportJob, table: OutTable, sink: ByteSink): Promise<number> {
  const { plan, columns } = table;
  const out = new TextOutput(sink);
  using context = new OutContext(job);
  const members = columns.map((column) => ({
    key: `,${JSON.stringify(column.name)}:`,
    json: jsonCell(column, context),
  }));
  const first = `{${JSON.stringify(plan.rowIdSqlName)}:`;
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const { row, cells } of batch) {
      let line = `${first}"${rowIdText(plan.tableId, String(row))}"`;
      members.forEach(({ key, json }, i) => {
        const cell = cells[i] ?? null;
        line += `${key}${cell === null ? "null" : json(cell)}`;
      });
      out.put(`${line}}\n`);
    }
    rows += batch.length;
  }
  out.flush();
  return rows;
}

/** JSON of cells of a column; what does not fit the column goes out as the text that the archive has. */
export function jsonCell({ kind }: OutColumn, context: OutContext): (cell: Exclude<Cell, null>) => string {
  const { labels } = context;
  switch (kind) {
    case "number":
      return (cell) => typeof cell !== "string" || /^-?\d+$/.test(cell) ? numberText(cell) : JSON.stringify(cell);
    case "bool":
      return (cell) => cell === 1n ? "true" : cell === 0n ? "false" : JSON.stringify(String(cell));
    case "string":
    case "date":
    case "datetime":
      return (cell) => JSON.stringify(String(cell));
    case "simpleObject":
    case "unknown":
      return (cell) => jsonText(String(cell));
    case "media":
      return (cell) => mediumText(context.medium(cell));
    case "link_single":
      return (cell) => JSON.stringify(labels === null ? String(cell) : labels.shown(String(cell)));
    case "link_multiple":
      return labels === null
        ? (cell) => jsonText(String(cell))
        : (cell) => JSON.stringify(linksOf(String(cell)).map((link) => labels.shown(link)));
  }
}

/** JSON as it is stored, which has no line end; anything else becomes a text. */
function jsonText(text: string): string {
  try {
    JSON.parse(text);
    return /[\r\n]/.test(text) ? canonicalJson(parseExact(text)) : text;
  } catch {
    return JSON.stringify(text);
  }
}
