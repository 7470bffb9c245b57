/**
 * Turns one cell of a forum script's file into a cell of an archive. Pure; it cannot find again what the file has lost
 * already.
 */
import type { SqlValue } from "../sqlite/sql_value.ts";
import type { ColumnKind } from "../schema/model/column_kind.ts";
import { type Cell, numberText } from "../value/cell.ts";
import { isoFromWire } from "../value/datetime.ts";
import { canonicalJson, parseExact } from "../json/exact_json.ts";

/** Converts a cell; `media` maps the file's ids of media to the archive's. */
export function forumCell(kind: ColumnKind, cell: SqlValue, media: ReadonlyMap<bigint, bigint>): Cell {
  if (cell === null || cell instanceof Uint8Array) return null;
  switch (kind) {
    case "string":
      return String(cell);
    case "number":
      return cell;
    case "bool":
      return typeof cell === "bigint" ? (cell === 0n ? 0n : 1n) : null;
    case "date":
      return String(cell);
    case "datetime": {
      const text = String(cell);
      // For Anvil, a time without an offset is in UTC.
      return isoFromWire(text) ?? isoFromWire(`${text}+00:00`) ?? text;
    }
    case "simpleObject":
    case "unknown":
      return objectCell(cell);
    case "media":
      return typeof cell === "bigint" ? media.get(cell) ?? null : null;
    case "link_single":
      return String(cell).replaceAll(" ", "");
    case "link_multiple":
      return linkList(String(cell));
  }
}

/** The scripts wrote dictionaries and lists as JSON, and other values unchanged. */
function objectCell(cell: string | number | bigint): string {
  if (typeof cell !== "string") return numberText(cell);
  if (!/^\s*[[{]/.test(cell)) return JSON.stringify(cell);
  try {
    return canonicalJson(parseExact(cell));
  } catch {
    return JSON.stringify(cell);
  }
}

/** Row ids in a JSON list; Python writes a space after each comma. */
function linkList(text: string): string {
  return JSON.stringify((text.match(/\[\d+, ?\d+\]/g) ?? []).map((id) => id.replaceAll(" ", "")));
}
