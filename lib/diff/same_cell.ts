/**
 * Whether two cells are the same value, by the rules of the digests: 1 and 1.0 differ, and so do 0.0 and -0.0; objects are
 * compared by what they say, media by their bytes, name and type. Pure.
 */
import { canonicalJson, parseExact } from "../json/exact_json.ts";
import type { ColumnKind } from "../schema/model/column_kind.ts";
import type { Cell } from "../value/cell.ts";

/** What is known of a medium on either side. */
interface ComparedMedium {
  /** Hexadecimal; null when the bytes are not known. */
  readonly sha256: string | null;
  readonly contentType: string | null;
  readonly name: string | null;
}

/** A cell of either side. Links already have the ids of one side; a medium is what is known of it. */
export type ComparedCell = Cell | ComparedMedium;

/** Whether two cells of a column of this kind are the same. */
export function sameCell(kind: ColumnKind, a: ComparedCell, b: ComparedCell): boolean {
  if (Object.is(a, b)) return true;
  if (a === null || b === null) return false;
  if (isMedium(a) || isMedium(b)) return isMedium(a) && isMedium(b) && sameMedium(a, b);
  if (kind !== "simpleObject" && kind !== "unknown") return false;
  return typeof a === "string" && typeof b === "string" && meaning(a) === meaning(b);
}

function isMedium(cell: ComparedCell): cell is ComparedMedium {
  return typeof cell === "object" && cell !== null;
}

/** If the bytes are not known on one side, media are the same when everything known is the same. */
function sameMedium(a: ComparedMedium, b: ComparedMedium): boolean {
  const hasSameBytes = a.sha256 === null || b.sha256 === null || a.sha256 === b.sha256;
  return hasSameBytes && a.contentType === b.contentType && a.name === b.name;
}

/** Objects in files of other programs may have another spelling and the same value. */
function meaning(text: string): string {
  try {
    return canonicalJson(parseExact(text));
  } catch {
    return text;
  }
}
