/**
 * What a cell of an archive is to be in the app, and what cannot be: used for sending and for the proof alike, so that
 * both go by one rule. Pure.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { MAX_CELL_BYTES } from "../../tables/write/encode_cells.ts";
import type { Cell } from "../../value/cell.ts";
import { wireFromIso } from "../../value/datetime.ts";
import { parseExact } from "../../json/exact_json.ts";
import { parseRowId } from "../../value/row_id.ts";

/** Whether the bytes of a medium are in the archive, by the id in its cell. */
type HasBytes = (id: bigint) => boolean;

/** Why a value cannot come back: of one, and of several. The app's own cell is left alone; in a new row it is empty. */
export const LOSSES = {
  "absent": [
    "value is not in the file, and is left alone",
    "values are not in the file, and are left alone",
  ],
  "odd-value": [
    "value does not fit the column's type, and is left alone",
    "values do not fit the column's type, and are left alone",
  ],
  "too-large": [
    "value is larger than a message of the Uplink may be, and is left alone",
    "values are larger than a message of the Uplink may be, and are left alone",
  ],
  "unknown-type": [
    "value is of a type that no client can write, and is left alone",
    "values are of a type that no client can write, and are left alone",
  ],
  "media-not-in-file": [
    "media file has no bytes in the backup, and is left alone",
    "media files have no bytes in the backup, and are left alone",
  ],
  "unwanted-media": [
    "media file is left alone, as asked for",
    "media files are left alone, as asked for",
  ],
  "dangling-link": [
    "link leads to a row that the backup does not have, and is left out",
    "links lead to rows that the backup does not have, and are left out",
  ],
  "outside-link": [
    "link leads to a table that was never in the file, and is not restored",
    "links lead to a table that was never in the file, and are not restored",
  ],
  "unselected-link": [
    "link leads to a row that is not restored, and is left out",
    "links lead to rows that are not restored, and are left out",
  ],
} as const;

/** One of {@link LOSSES}. */
export type Loss = keyof typeof LOSSES;

/** In place of a value that cannot come back. */
export interface Lost {
  readonly loss: Loss;
}

/** The cell to send, or why there is none. Links pass as they are; their targets are another matter. */
export function wantedCell(kind: ColumnKind, cell: SqlValue, hasBytes: HasBytes): Cell | Lost {
  if (cell === null) return null;
  switch (kind) {
    case "string":
      return typeof cell === "string" ? checkText(cell) : ODD;
    case "number":
      if (typeof cell === "bigint") return cell;
      if (typeof cell === "number") return Number.isFinite(cell) ? cell : ODD;
      return typeof cell === "string" && /^-?\d+$/.test(cell) ? cell : ODD;
    case "bool":
      return cell === 0n || cell === 1n ? cell : ODD;
    case "date":
      return typeof cell === "string" && isDay(cell) ? cell : ODD;
    case "datetime":
      return typeof cell === "string" && wireFromIso(cell) !== null && isDay(cell.slice(0, 10)) ? cell : ODD;
    case "simpleObject":
      return typeof cell === "string" && isJson(cell) ? checkText(cell) : ODD;
    case "media":
      if (typeof cell !== "bigint") return ODD;
      return hasBytes(cell) ? cell : { loss: "media-not-in-file" };
    case "link_single":
      return typeof cell === "string" && parseRowId(cell) !== null ? cell : ODD;
    case "link_multiple":
      if (typeof cell !== "string") return ODD;
      // Looked at first: the pattern would overflow at millions of links.
      if (cell.length > MAX_CELL_BYTES / LINK_GROWTH) return TOO_LARGE;
      return isRowList(cell) ? cell : ODD;
    case "unknown":
      return { loss: "unknown-type" };
  }
}

const ODD: Lost = { loss: "odd-value" };
const TOO_LARGE: Lost = { loss: "too-large" };

/** A link takes about this many times more room in a message than in the archive (`encode_cells.ts`). */
const LINK_GROWTH = 60;

const encoder = new TextEncoder();
/** PostgreSQL holds neither NUL nor half a surrogate pair, also as an escape in JSON. */
const UNSTORABLE = /\0|\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/;

function checkText(text: string): Cell | Lost {
  if (text.includes("\0") || !text.isWellFormed()) return ODD;
  // Every UTF-16 code unit is at most six bytes of JSON.
  if (text.length * 6 < MAX_CELL_BYTES) return text;
  return encoder.encode(JSON.stringify(text)).length < MAX_CELL_BYTES ? text : TOO_LARGE;
}

/** JavaScript lets the 30th of February be the 1st of March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isRowList(text: string): boolean {
  return /^\[(?:"\[\d+,\d+\]"(?:,"\[\d+,\d+\]")*)?\]$/.test(text);
}

function isJson(text: string): boolean {
  if (UNSTORABLE.test(text.replaceAll("\\\\", ""))) return false;
  try {
    parseExact(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether {@link wantedCell} gave a loss. */
export function isLoss(value: Cell | Lost): value is Lost {
  return typeof value === "object" && value !== null;
}
