/**
 * The value that a cell of an archive should have in the app, and values that cannot come back. Sending and proving
 * both use it, so that both follow one rule. Pure.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { MAX_CELL_BYTES } from "../../tables/write/encode_cells.ts";
import type { Cell } from "../../value/cell.ts";
import { fitsKind } from "../../fit/fits_kind.ts";

/** Whether the bytes of a medium are in the archive, by the id in its cell. */
type HasBytes = (id: bigint) => boolean;

/**
 * Why a value cannot come back: a sentence for one and for several. The app's own cell is left alone; in a new row it
 * is empty.
 */
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
  "beyond-storage": [
    "number is larger than Faster Storage can hold, and is left alone",
    "numbers are larger than Faster Storage can hold, and are left alone",
  ],
  "unknown-type": [
    "value is of a type that no client can write, and is left alone",
    "values are of a type that no client can write, and are left alone",
  ],
  "media-not-in-file": [
    "media file has no bytes in the backup, and is left alone",
    "media files have no bytes in the backup, and are left alone",
  ],
  "unreadable": [
    "value of the app cannot be read, and is left alone",
    "values of the app cannot be read, and are left alone",
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

/** Takes the place of a value that cannot come back. */
export interface Lost {
  readonly loss: Loss;
}

/** The cell to send, or why there is none. Links pass unchanged; other code handles their targets. */
export function wantedCell(kind: ColumnKind, cell: SqlValue, hasBytes: HasBytes): Cell | Lost {
  if (kind === "unknown") return cell === null ? null : { loss: "unknown-type" };
  if (cell instanceof Uint8Array || !fitsKind(kind, cell)) return ODD;
  if (typeof cell === "bigint" && kind === "media") return hasBytes(cell) ? cell : { loss: "media-not-in-file" };
  if (typeof cell !== "string") return cell;
  switch (kind) {
    case "string":
    case "simpleObject":
      return isSendable(cell) ? cell : TOO_LARGE;
    case "link_multiple":
      return cell.length > MAX_CELL_BYTES / LINK_GROWTH ? TOO_LARGE : cell;
    default:
      return cell;
  }
}

const ODD: Lost = { loss: "odd-value" };
const TOO_LARGE: Lost = { loss: "too-large" };

/** A link takes about this many times more space in a message than in the archive (`encode_cells.ts`). */
const LINK_GROWTH = 60;

const encoder = new TextEncoder();

function isSendable(text: string): boolean {
  // Every UTF-16 code unit is at most six bytes of JSON.
  return text.length * 6 < MAX_CELL_BYTES || encoder.encode(JSON.stringify(text)).length < MAX_CELL_BYTES;
}

/** Whether {@link wantedCell} returned a loss. */
export function isLoss(value: Cell | Lost): value is Lost {
  return typeof value === "object" && value !== null;
}
