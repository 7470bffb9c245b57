/**
 * How many rows to ask for at once, from the bytes and the time of the pages so far. Pure arithmetic; one sizer for
 * each table.
 */

/** Rows of the first page: on real servers, more gains little. */
const FIRST_ROWS = 1_000;
const MAX_ROWS = 10_000;
/**
 * Wanted size of a page: far below the server's limit of 16 MiB, large enough that a call costs little in comparison,
 * and small enough that texts are soon freed. With 1 MB a backup of 1,000,000 rows takes 90 MB more memory and is no
 * faster.
 */
export const PAGE_BYTES = 300_000;
/** Wanted time for a page. The server drops a transaction during a call of 10 s. */
const TARGET_MS = 1_500;
/**
 * Below this number of rows, time does not shrink a page: then the network is slow, and more pages would only take
 * longer.
 */
const MIN_ROWS_BY_TIME = 200;
/** Largest growth from page to page; shrinking happens at once. */
const MAX_GROWTH = 4;
/** Assumed bytes of a row before any has come: 8 columns of a real server's JSON. */
const FIRST_ROW_BYTES = 600;

/** Chooses the size of one table's pages. */
export class PageSizer {
  #rows = FIRST_ROWS;
  #rowBytes = FIRST_ROW_BYTES;

  /** Rows to ask for next. */
  get rows(): number {
    return this.#rows;
  }

  /** Expected bytes of a page with so many rows. */
  expectedBytes(rows: number): number {
    return rows * this.#rowBytes;
  }

  /** Takes note of a page that came; the next should have `targetBytes`. */
  learn(rows: number, bytes: number, ms: number, targetBytes = PAGE_BYTES): void {
    if (rows === 0) return;
    this.#rowBytes = bytes / rows;
    const byBytes = targetBytes / this.#rowBytes;
    const byTime = ms > 0 ? Math.max(MIN_ROWS_BY_TIME, rows * TARGET_MS / ms) : Infinity;
    const wanted = Math.min(byBytes, byTime, this.#rows * MAX_GROWTH, MAX_ROWS);
    this.#rows = Math.max(1, Math.floor(wanted));
  }

  /** Takes note that a page with so many rows is too large; false if it had only one. */
  tooLarge(rows: number): boolean {
    if (rows <= 1) return false;
    this.#rows = Math.max(1, Math.min(this.#rows, Math.floor(rows / 2)));
    return true;
  }
}
