/**
 * A cell of the archive as JSON text of the wire, decided by the column. A value that JSON does not have is `null` in
 * its place, and an entry in the reply's `objects`. It builds text only, no objects: this runs for every cell of a
 * page.
 */
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { numberText as classicText } from "../../value/cell.ts";
import { wireFromIso } from "../../value/datetime.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { StorageStyle } from "../app/snapshot.ts";
import { rowPart } from "../app/snapshot.ts";
import { asciiJson, wireString } from "../protocol/wire_text.ts";
import { integralDigits } from "./database_number.ts";

/** Collects the text of a page. */
export interface CellSink {
  /** Adds an `objects` entry. */
  object(entry: string): void;
}

/** For cells of which only the text or the links are wanted. */
export const SILENT: CellSink = { object: () => {} };

/** Renders one cell; `path` is the JSON text of its place. */
export type CellText = (cell: SqlValue, path: string, sink: CellSink) => string;

/** What a renderer needs besides the cell itself. */
interface CellContext {
  readonly storage: StorageStyle;
  /** `LazyMedia` entry up to `,"type"`, for a media cell; null if there is no such medium. */
  readonly media: (id: SqlValue) => string | null;
  /** Receives the rows that a link names. */
  readonly follow: (row: RowId) => void;
  /** Rows that a link names and that do not exist; split storage hides them. */
  readonly missing: ReadonlySet<RowId>;
}

/** The renderer of a column of this kind. */
export function cellText(kind: ColumnKind, context: CellContext): CellText {
  switch (kind) {
    case "string":
      return (cell) => cell === null ? "null" : wireString(String(cell));
    case "number":
      return wireNumber(context.storage);
    case "bool":
      return (cell) => cell === null ? "null" : integerOf(cell) === 1n ? "true" : "false";
    case "date":
      return (cell, path, sink) => {
        if (cell !== null) sink.object(`{"type":["Date"],"value":${wireString(String(cell))},"path":${path}}`);
        return "null";
      };
    case "datetime":
      return (cell, path, sink) => {
        if (cell !== null) {
          const text = wireFromIso(String(cell)) ?? String(cell);
          sink.object(`{"type":["DateTime"],"value":${wireString(text)},"path":${path}}`);
        }
        return "null";
      };
    case "simpleObject":
    case "unknown":
      return (cell) => cell === null ? "null" : jsonText(String(cell));
    case "media":
      return (cell, path, sink) => {
        const entry = cell === null ? null : context.media(cell);
        if (entry !== null) sink.object(`${entry},"type":["LazyMedia"],"path":${path}}`);
        return "null";
      };
    case "link_single":
      return (cell) => {
        if (cell === null) return "null";
        const row = rowPart(String(cell));
        if (context.missing.has(row)) return "null";
        context.follow(row);
        return row;
      };
    case "link_multiple":
      return linkList(context);
  }
}

/** The first character of a cell whose JSON SQLite could not read; no JSON begins with it. */
export const DOUBTFUL_JSON = "!";

/** The JSON of a cell. Text that this program did not write becomes a JSON string, so that the page stays valid. */
function jsonText(cell: string): string {
  if (!cell.startsWith(DOUBTFUL_JSON)) return asciiJson(cell);
  const text = cell.slice(DOUBTFUL_JSON.length);
  try {
    JSON.parse(text);
    return asciiJson(text);
  } catch {
    return wireString(text);
  }
}

function linkList({ storage, missing, follow }: CellContext): CellText {
  const ofNull = storage === "split" ? "[]" : "null";
  return (cell) => {
    if (cell === null) return ofNull;
    if (cell === "[]") return "[]";
    const rows = linkRows(String(cell)).filter((row) => !missing.has(row));
    rows.forEach(follow);
    return `[${rows.join(",")}]`;
  };
}

/** Row ids of a multi-link cell, in order. */
export function linkRows(cell: string): readonly RowId[] {
  return Array.from(cell.matchAll(/"\[\d+,(\d+)\]"/g), (match) => match[1] ?? "");
}

/** Makes the renderer of number columns. */
export function wireNumber(storage: StorageStyle): CellText {
  return storage === "split" ? splitNumber : classicNumber;
}

function classicNumber(cell: SqlValue, path: string, sink: CellSink): string {
  if (typeof cell === "bigint") return cell.toString();
  if (typeof cell === "number") return Number.isFinite(cell) ? classicText(cell) : infinite(cell, path, sink);
  return numberLiteral(cell);
}

/** Split storage has only doubles, and writes integral ones without a fraction, with all digits. */
function splitNumber(cell: SqlValue, path: string, sink: CellSink): string {
  if (cell === null) return "null";
  const value = Number(cell);
  if (Number.isNaN(value)) return numberLiteral(cell);
  if (!Number.isFinite(value)) return infinite(value, path, sink);
  return Number.isInteger(value) ? integralDigits(value) : String(value);
}

/** A number cell that is text holds the digits of an integer too long for SQLite; other text becomes a string. */
function numberLiteral(cell: SqlValue): string {
  if (cell === null) return "null";
  const text = String(cell);
  return /^-?\d+$/.test(text) ? text : wireString(text);
}

function infinite(value: number, path: string, sink: CellSink): string {
  const name = value > 0 ? "Infinity" : "-Infinity";
  sink.object(`{"type":["Float"],"value":"${name}","path":${path}}`);
  return "null";
}
