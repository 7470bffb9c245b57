/**
 * A cell of the archive as JSON text of the wire, decided by the column. Values that are no JSON stand as `null` in
 * place and add an entry to the reply's `objects`. Text only, no object trees: this runs for every cell of a page.
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

/** Where the text of a page gathers. */
export interface CellSink {
  /** Adds an `objects` entry. */
  object(entry: string): void;
}

/** For cells whose text is taken alone, or whose links are all that is wanted. */
export const SILENT: CellSink = { object: () => {} };

/** Renders one cell; `path` is the JSON text of its place. */
export type CellText = (cell: SqlValue, path: string, sink: CellSink) => string;

/** What rendering needs beside the cell itself. */
interface CellContext {
  readonly storage: StorageStyle;
  /** `LazyMedia` entry up to `,"type"`, for a media cell; null when there is no such medium. */
  readonly media: (id: SqlValue) => string | null;
  /** Told the rows that a link names. */
  readonly follow: (row: RowId) => void;
  /** Rows that a link names and that are not there; split storage hides them. */
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

/** Begins a cell whose JSON SQLite could not read; no JSON begins so. */
export const DOUBTFUL_JSON = "!";

/** The JSON of a cell; text of a foreign hand goes as a JSON string, so that the page stays whole. */
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

/** The renderer of number columns. */
export function wireNumber(storage: StorageStyle): CellText {
  return storage === "split" ? splitNumber : classicNumber;
}

function classicNumber(cell: SqlValue, path: string, sink: CellSink): string {
  if (typeof cell === "bigint") return cell.toString();
  if (typeof cell === "number") return Number.isFinite(cell) ? classicText(cell) : infinite(cell, path, sink);
  return numberLiteral(cell);
}

/** Split storage has doubles only, and writes integral ones without a fraction, all digits shown. */
function splitNumber(cell: SqlValue, path: string, sink: CellSink): string {
  if (cell === null) return "null";
  const value = Number(cell);
  if (Number.isNaN(value)) return numberLiteral(cell);
  if (!Number.isFinite(value)) return infinite(value, path, sink);
  return Number.isInteger(value) ? integralDigits(value) : String(value);
}

/** A number cell that is text holds the digits of an integer too long for SQLite; anything else goes as a string. */
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
