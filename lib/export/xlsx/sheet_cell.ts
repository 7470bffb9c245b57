/**
 * Cells of a sheet as XML (ECMA-376, part 1, 18.3.1.4), within the limits of Excel. Pure except for what a cell looks
 * up. Limits: support.microsoft.com, "Excel specifications and limits".
 */
import { type Cell, numberText } from "../../value/cell.ts";
import { DAY_MS, dayOf } from "../../value/day.ts";
import { instantOf } from "../../value/instant.ts";
import type { OutColumn } from "../job/export_job.ts";
import type { ShortfallReason } from "../job/shortfalls.ts";
import { linksOf, type OutContext } from "../rows/out_context.ts";

/** Most characters of a cell. */
const MAX_TEXT = 32_767;

/** Digits of a number that Excel keeps; a longer number is written as text, complete. */
const MAX_DIGITS = 15;

/** Places of the styles in `xl/styles.xml`. */
const STYLE = { heading: 1, date: 2, instant: 3 } as const;

/** Excel counts days from here, but treats 1900 as a leap year: before the 1st of March 1900 its days are wrong. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const LEAST_MS = Date.UTC(1900, 2, 1);
const MOST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Makes the function that reports what is missing. */
type TellOf = (reason: ShortfallReason) => void;

/** Writes a cell at a place such as `B7`; an empty cell is the empty text. */
type CellXml = (place: string, cell: Exclude<Cell, null>, tell: TellOf) => string;

/** The XML of a heading in a cell. */
export function headingXml(place: string, text: string): string {
  return `<c r="${place}" s="${STYLE.heading}" t="inlineStr"><is><t xml:space="preserve">${
    escapeXml(text)
  }</t></is></c>`;
}

/** A text, cut at the length beyond which Excel refuses the file. */
export function textXml(place: string, text: string, tell: TellOf): string {
  if (text.length > MAX_TEXT) tell("too-long");
  const shown = text.length > MAX_TEXT ? `${wellFormed(text.slice(0, MAX_TEXT - 1))}…` : text;
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(shown)}</t></is></c>`;
}

/** The heading of a column, with a word about its values. */
export function headingOf({ kind, name }: OutColumn): string {
  return kind === "datetime" ? `${name} (UTC)` : name;
}

/** The function that writes the cells of a column. */
export function cellXml({ kind }: OutColumn, context: OutContext): CellXml {
  const { labels } = context;
  switch (kind) {
    case "string":
    case "simpleObject":
    case "unknown":
      return (place, cell, tell) => textXml(place, String(cell), tell);
    case "number":
      return (place, cell, tell) => {
        const text = numberText(cell);
        const isLong = typeof cell !== "number" && text.replace("-", "").length > MAX_DIGITS;
        return isLong || typeof cell === "string"
          ? textXml(place, text, tell)
          : `<c r="${place}"><v>${String(cell)}</v></c>`;
      };
    case "bool":
      return (place, cell) => `<c r="${place}" t="b"><v>${cell === 1n ? 1 : 0}</v></c>`;
    case "date":
      return (place, cell, tell) =>
        serialXml(place, (dayOf(String(cell)) ?? NaN) * DAY_MS, STYLE.date) ??
          textXml(place, String(cell), tell);
    case "datetime":
      return (place, cell, tell) =>
        serialXml(place, instantOf(String(cell))?.ms ?? NaN, STYLE.instant) ?? textXml(place, String(cell), tell);
    case "media":
      return (place, cell, tell) => {
        const facts = context.medium(cell);
        return textXml(place, facts?.name ?? facts?.contentType ?? "", tell);
      };
    case "link_single":
      return (place, cell, tell) => textXml(place, labels?.shown(String(cell)) ?? String(cell), tell);
    case "link_multiple":
      return (place, cell, tell) =>
        textXml(place, linksOf(String(cell)).map((link) => labels?.shown(link) ?? link).join("; "), tell);
  }
}

/** A day or a time as Excel counts it; null if Excel cannot count it. */
function serialXml(place: string, ms: number, style: number): string | null {
  if (!(ms >= LEAST_MS && ms <= MOST_MS)) return null;
  return `<c r="${place}" s="${style}"><v>${(ms - EPOCH_MS) / DAY_MS}</v></c>`;
}

/** Characters that XML does not have; Excel reads `_x0001_` as one of them (ECMA-376, part 1, 22.4.2.4). */
// deno-lint-ignore no-control-regex
const UNWRITABLE = /[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

/** Most texts have nothing of it. */
// deno-lint-ignore no-control-regex
const SPECIAL = /[\x00-\x1f&<>"\ufffe\uffff]|_x/;

/** Text for XML, also in attributes. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(UNWRITABLE, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1);
}
