/**
 * A part of a table, by row id: what one reader reads, page after page, and what can be split in two meanwhile.
 * Plain state; it knows no connection and no file.
 */
import { BLOCK_IDS } from "../archive/table_digest.ts";
import { compareRowIds, type RowId } from "../value/row_id.ts";

/** Rows with ids above `after` up to and including `until`. */
export class RowRange {
  /** Everything up to and including this id is copied; null at the table's beginning. */
  after: RowId | null;
  /** Last id of the range; null for the table's end. */
  until: RowId | null;
  done = false;

  constructor(after: RowId | null, until: RowId | null) {
    this.after = after;
    this.until = until;
  }

  /** Whether a row belongs to it. */
  holds(id: RowId): boolean {
    return this.until === null || compareRowIds(id, this.until) <= 0;
  }

  /** Ids up to its own end, at least 1; Infinity for the range at the table's end. */
  get idsLeft(): number {
    return this.until === null ? Infinity : Math.max(1, Number(BigInt(this.until) - BigInt(this.after ?? "0")));
  }

  /** Ids left to look through, given the highest id of the table. */
  width(highest: RowId): bigint {
    const width = BigInt(this.until ?? highest) - BigInt(this.after ?? "0");
    return this.done || width < 0n ? 0n : width;
  }

  /**
   * Gives the upper half away, cut between two blocks of the digest.
   * @returns the new range, or null when there is nothing worth splitting
   */
  split(highest: RowId): RowRange | null {
    const middle = BigInt(this.after ?? "0") + this.width(highest) / 2n;
    const cut = middle / BigInt(BLOCK_IDS) * BigInt(BLOCK_IDS) - 1n;
    if (cut <= BigInt(this.after ?? "0") || cut >= BigInt(this.until ?? highest)) return null;
    const upper = new RowRange(cut.toString(), this.until);
    this.until = cut.toString();
    return upper;
  }
}
