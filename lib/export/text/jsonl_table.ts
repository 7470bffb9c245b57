/**
 * A table as JSON lines: an object for each row, with all digits of every number. Pure except for what cells look up.
 */
import { canonicalJson, parseExact } from "../../json/exact_json.ts";
import { type Cell, numberText } from "../../value/cell.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { OutColumn, OutTable } from "../job/export_job.ts";
import { linksOf, mediumText, type OutContext } from "../rows/out_context.ts";
import type { TableText } from "./table_text.ts";

/** The functions that turn a table into JSON lines. */
export function jsonlTable({ plan, columns }: OutTable, context: OutContext): TableText {
  const keys = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const values = columns.map((column) => jsonCell(column, context));
  const first = `{${JSON.stringify(plan.rowIdSqlName)}:`;
  return {
    head: "",
    line: ({ row, cells }) => {
      let line = `${first}"${rowIdText(plan.tableId, String(row))}"`;
      for (let i = 0; i < values.length; i++) {
        const cell = cells[i] ?? null;
        line += `${keys[i]}${cell === null ? "null" : values[i]?.(cell)}`;
      }
      return `${line}}\n`;
    },
  };
}

/** JSON of cells of a column; a value that does not fit the column is written as the archive's text. */
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

/** JSON as it is stored, which has no line end; other text becomes a JSON string. */
function jsonText(text: string): string {
  try {
    JSON.parse(text);
    return /[\r\n]/.test(text) ? canonicalJson(parseExact(text)) : text;
  } catch {
    return JSON.stringify(text);
  }
}
