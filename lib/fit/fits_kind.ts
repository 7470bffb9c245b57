/**
 * Whether the app can hold a stored value in its column. The same rule is used for rows sent to an app, for the
 * constants of a mask and for exports. Pure; it repairs nothing.
 */
import type { ColumnKind } from "../schema/model/column_kind.ts";
import { parseExact } from "../json/exact_json.ts";
import type { Cell } from "../value/cell.ts";
import { wireFromIso } from "../value/datetime.ts";
import { dayOf } from "../value/day.ts";
import { parseRowId } from "../value/row_id.ts";

/** Whether a value is one of a kind. NULL is Anvil's None, which every column can hold. */
export function fitsKind(kind: ColumnKind, value: Cell | Uint8Array): boolean {
  if (value === null) return true;
  switch (kind) {
    case "string":
      return typeof value === "string" && !value.includes("\0") && value.isWellFormed();
    case "number":
      if (typeof value === "number") return Number.isFinite(value);
      return typeof value === "bigint" || typeof value === "string" && /^-?\d+$/.test(value);
    case "bool":
      return value === 0n || value === 1n;
    case "date":
      return typeof value === "string" && dayOf(value) !== null;
    case "datetime":
      return typeof value === "string" && wireFromIso(value) !== null && dayOf(value.slice(0, 10)) !== null;
    case "simpleObject":
    case "unknown":
      return typeof value === "string" && isStorableJson(value);
    case "media":
      return typeof value === "bigint";
    case "link_single":
      return typeof value === "string" && parseRowId(value) !== null;
    case "link_multiple":
      return typeof value === "string" && isRowList(value);
  }
}

/** Read link by link, since one pattern for the whole text overflows with millions of links. */
function isRowList(text: string): boolean {
  if (text === "[]") return true;
  if (!text.startsWith('["[') || !text.endsWith(']"]')) return false;
  return text.slice(3, -3).split(']","[').every((row) => /^\d+,\d+$/.test(row));
}

/**
 * PostgreSQL, where Anvil stores its tables, holds neither NUL nor half a surrogate pair, not even as an escape in
 * JSON.
 */
const UNSTORABLE = /\0|\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/;

function isStorableJson(text: string): boolean {
  if (UNSTORABLE.test(text.replaceAll("\\\\", ""))) return false;
  try {
    parseExact(text);
    return true;
  } catch {
    return false;
  }
}
