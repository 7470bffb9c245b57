/**
 * Cells as fields of CSV (RFC 4180). Pure except for what a cell looks up. None and the empty text differ: None is the
 * marker without quotes, and a text that looks like the marker is in quotes.
 */
import type { Cell } from "../../value/cell.ts";
import { numberText } from "../../value/cell.ts";
import type { OutColumn } from "../job/export_job.ts";
import { linksOf, mediumText, type OutContext } from "../rows/out_context.ts";

/** How CSV is written. */
export interface CsvStyle {
  /** Marks None; empty by default. */
  readonly none: string;
  /** For Excel: a byte order mark, line ends as on Windows, and no text that Excel would compute. */
  readonly excel: boolean;
}

/** Characters because of which a field needs quotes. */
const SPECIAL = /[",\r\n]/;

/**
 * Blanks at the ends of a field, which some readers drop. It is a second expression, since one for both costs twice as
 * much.
 */
const BLANK_END = /^\s|\s$/;

/** Texts that Excel takes for a formula (owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** A field, in quotes if it needs them. */
export function csvText(text: string, { none, excel }: CsvStyle): string {
  const safe = excel ? defused(text) : text;
  if (SPECIAL.test(safe)) return `"${safe.replace(/"/g, '""')}"`;
  return safe === "" || safe === none || BLANK_END.test(safe) ? `"${safe}"` : safe;
}

function defused(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Cells of a column without quotes: what a reader should find. */
export function csvPlain(
  column: OutColumn,
  context: OutContext,
  { excel }: CsvStyle,
): (cell: Exclude<Cell, null>) => string {
  return fieldOf(column, context, (text) => text, excel ? defused : (text) => text);
}

/** Writes cells of a column. */
export function csvField(column: OutColumn, context: OutContext, style: CsvStyle): (cell: Cell) => string {
  const { none } = style;
  // A marker such as `0` must differ from a number.
  const plain = (text: string) => text === none ? `"${text}"` : text;
  const quoted = (text: string) => csvText(text, style);
  const some = fieldOf(column, context, plain, quoted);
  return (cell) => cell === null ? none : some(cell);
}

type Field = (text: string) => string;

function fieldOf(
  { kind }: OutColumn,
  context: OutContext,
  plain: Field,
  quoted: Field,
): (cell: Exclude<Cell, null>) => string {
  const { labels } = context;
  switch (kind) {
    case "number":
      return (cell) => typeof cell === "string" ? quoted(cell) : plain(numberText(cell));
    case "bool":
      return (cell) => cell === 1n ? plain("true") : cell === 0n ? plain("false") : quoted(String(cell));
    case "string":
    case "date":
    case "datetime":
    case "simpleObject":
    case "unknown":
      return (cell) => quoted(String(cell));
    case "media":
      return (cell) => quoted(mediumText(context.medium(cell)));
    case "link_single":
      return labels === null ? (cell) => quoted(String(cell)) : (cell) => quoted(labels.shown(String(cell)));
    case "link_multiple":
      return labels === null
        ? (cell) => quoted(String(cell))
        : (cell) => quoted(linksOf(String(cell)).map((link) => labels.shown(link)).join("; "));
  }
}
