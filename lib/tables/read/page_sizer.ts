/**
 * How many rows to ask for at once, from the bytes and the time of the pages so far. Pure arithmetic; one sizer for
 * each table.
 */

/** Rows of the first page: on real servers the gain ends near here. */
const FIRST_ROWS = 1_000;
const MAX_ROWS = 10_000;
/**
 * Bytes that a page aims at: far from the server's limit of 16 MiB, enough that asking costs little, and so few that
 * texts are forgotten soon. With 1 MB a backup of 1,000,000 rows takes 90 MB more memory and is no faster.
 */
export const PAGE_BYTES = 300_000;
/** A page aims to be answered within this. The server drops a transaction during a call of 10 s. */
const TARGET_MS = 1_500;
/** Rows below which time shrinks no page: what is slow then is the way, and more pages would only make it longer. */
const MIN_ROWS_BY_TIME = 200;
/** Growth from page to page at most; shrinking is immediate. */
const MAX_GROWTH = 4;
/** Bytes of a row before any was seen: 8 columns of a real server's JSON. */
const FIRST_ROW_BYTES = 600;

/** Steers the size of one table's pages. */
export class PageSizer {
  #rows = FIRST_ROWS;
  #rowBytes = FIRST_ROW_BYTES;

  /** Rows to ask for next. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes that a page of so many rows should have. */
  expectedBytes(rows: number): number {
    return rows * this.#rowBytes;
  }

  /** Learns from a page that came; the next should have `targetBytes`. */
  learn(rows: number, bytes: number, ms: number, targetBytes = PAGE_BYTES): void {
    if (rows === 0) return;
    this.#rowBytes = bytes / rows;
    const byBytes = targetBytes / this.#rowBytes;
    const byTime = ms > 0 ? Math.max(MIN_ROWS_BY_TIME, rows * TARGET_MS / ms) : Infinity;
    const wanted = Math.min(byBytes, byTime, this.#rows * MAX_GROWTH, MAX_ROWS);
    this.#rows = Math.max(1, Math.floor(wanted));
  }

  /** Learns that a page of so many rows is too large; false when it had only one. */
  tooLarge(rows: number): boolean {
    if (rows <= 1) return false;
    this.#rows = Math.max(1, Math.min(this.#rows, Math.floor(rows / 2)));
    return true;
  }
}
