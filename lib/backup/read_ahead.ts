/**
 * How much of a table to ask for ahead: more ranges and larger pages only while a page waits for the way and not for
 * the work. Pure arithmetic; one a run, since all tables come the same way.
 */
import { PAGE_BYTES } from "./page_sizer.ts";

/** So that one page can be on its way while another is written. */
const FEWEST_RANGES = 2;
/** Rows of more ranges at once go into ever more places of the table's B-tree, which costs more than it gains. */
const MOST_RANGES = 24;
/** Ranges more, for a page that came in little more than a round trip. */
const GROWTH = 4;
/** A page that took this many round trips waited for the server or for this program: more in flight would only queue. */
const SLACK = 4;
/** Where the way is long, fewer and larger pages keep as much in flight, and rows in fewer places of the B-tree. */
const MOST_PAGE_BYTES = 1_000_000;
/** Bytes for each millisecond of a round trip: with one of 50 ms pages have all of {@link MOST_PAGE_BYTES}. */
const BYTES_PER_MS = 20_000;

/** A shorter round trip is over while one page is written: then {@link FEWEST_RANGES} keep this program busy. */
const FAR_MS = 5;

/** Steers the number of ranges and the size of pages. */
export class ReadAhead {
  #roundTrip = Infinity;
  #ranges = FEWEST_RANGES;

  /** Ranges of one table to read at once. */
  get ranges(): number {
    return this.#ranges;
  }

  /** Bytes that a page should have. */
  get pageBytes(): number {
    const wanted = this.#isFar ? this.#roundTrip * BYTES_PER_MS : 0;
    return Math.min(MOST_PAGE_BYTES, Math.max(PAGE_BYTES, wanted));
  }

  /** Learns from a call whose answer is small, how long it took in milliseconds. */
  answered(ms: number): void {
    this.#roundTrip = Math.min(this.#roundTrip, ms);
  }

  /** Learns from a page, how long it took in milliseconds. */
  arrived(ms: number): void {
    if (this.#isFar && ms < SLACK * this.#roundTrip) this.#ranges = Math.min(MOST_RANGES, this.#ranges + GROWTH);
  }

  get #isFar(): boolean {
    return this.#roundTrip >= FAR_MS && this.#roundTrip < Infinity;
  }
}
