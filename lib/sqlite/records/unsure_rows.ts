/**
 * Which rows of two tables may differ: all except those whose cells are the same bytes on both sides. It never says
 * that two cells differ, since a number may be stored in more than one way; only code that reads the cells can say so.
 */
import type { NumberedText } from "./numbered_text.ts";
import { OddFile, type PageFile } from "./page_file.ts";
import { RecordCells, sameBytes } from "./record_cells.ts";
import type { RecordTable } from "./record_table.ts";
import { TableRecords } from "./table_records.ts";

/** A pair of columns, by their places in records. */
export interface PlacePair {
  readonly a: number;
  readonly b: number;
  /** Whether equal bytes may have different meanings, so that only two NULLs are surely equal. */
  readonly onlyNull: boolean;
}

/** With more rows than this, all are compared: a list of them would take more memory than it saves time. */
const MOST_ROWS = 1_000_000;
/** Two files of pages that do not change meanwhile. */
export interface PagePair {
  readonly a: PageFile;
  readonly b: PageFile;
}

/**
 * Numbers of rows that may differ, or are on one side only, ascending; null when there are too many, or a file is odd.
 * @param numbered a cell of `b` that must contain the number of its row; otherwise the file counts as odd
 */
export function unsureRows(
  pages: PagePair,
  a: RecordTable,
  b: RecordTable,
  pairs: readonly PlacePair[],
  numbered: NumberedText | null = null,
): Float64Array | null {
  try {
    return compareRecords(new TableRecords(pages.a, a.root), new TableRecords(pages.b, b.root), {
      a: new RecordCells(a.places.size),
      b: new RecordCells(b.places.size),
      pairs,
      numbered,
    });
  } catch (error) {
    if (error instanceof OddFile) return null;
    throw error;
  }
}

interface Comparison {
  readonly a: RecordCells;
  readonly b: RecordCells;
  readonly pairs: readonly PlacePair[];
  readonly numbered: NumberedText | null;
}

function compareRecords(a: TableRecords, b: TableRecords, comparison: Comparison): Float64Array | null {
  let found = new Float64Array(1_024);
  let count = 0;
  for (;;) {
    const [one, other] = [a.rowid, b.rowid];
    if (one === null && other === null) return found.slice(0, count);
    const isBoth = one === other;
    const isFirst = isBoth || other === null || one !== null && one < other;
    const hasSecond = (isBoth || !isFirst) && isWhole(b, comparison);
    if (!isBoth || !hasSecond || !isSurelyEqual(a, comparison)) {
      if (count === MOST_ROWS) return null;
      if (count === found.length) {
        const grown = new Float64Array(count * 2);
        grown.set(found);
        found = grown;
      }
      found[count++] = (isFirst ? one : other) ?? 0;
    }
    if (isFirst) a.advance();
    if (isBoth || !isFirst) b.advance();
  }
}

/** Reads a record of `b`; false when it does not belong to this table. */
function isWhole(other: TableRecords, { b, numbered }: Comparison): boolean {
  const isWhole = b.read(other.bytes, other.start, other.end);
  if (numbered !== null && (!isWhole || !numbered.says(other.rowid ?? 0, b))) throw new OddFile(`row ${other.rowid}`);
  return isWhole;
}

/** Reads a record of `a`, and compares it with that of `b`. */
function isSurelyEqual(one: TableRecords, { a, b, pairs }: Comparison): boolean {
  if (!a.read(one.bytes, one.start, one.end)) return false;
  for (const { a: i, b: j, onlyNull } of pairs) {
    if (onlyNull ? a.types[i] !== 0 || b.types[j] !== 0 : !sameBytes(a, i, b, j)) return false;
  }
  return true;
}
