/**
 * How much of a table to ask for ahead. More and larger pages are asked for only while a page waits for the network and
 * not for the work. Pure arithmetic; one for each run, since all tables come over the same connection.
 */
import { PAGE_BYTES } from "../../tables/read/page_sizer.ts";

/** So that the server can always prepare one page while another is written. */
const FEWEST_PAGES = 4;
/** In a table with gaps, rows of so many ranges go into as many places of its B-tree, which also costs something. */
const MOST_PAGES = 24;
/** Additional pages when a page came in little more than a round trip. */
const GROWTH = 4;
/** A page that took this many round trips waited for the server or for this program: more requests would only queue. */
const SLACK = 4;
/** On a slow network, fewer and larger pages keep as much in flight. */
const MOST_PAGE_BYTES = 1_000_000;
/** Bytes for each millisecond of a round trip: with a round trip of 50 ms, pages have {@link MOST_PAGE_BYTES}. */
const BYTES_PER_MS = 20_000;

/** A shorter round trip ends while one page is written: then {@link FEWEST_PAGES} keep this program busy. */
const FAR_MS = 5;

/** Chooses the number of pages and their size. */
export class ReadAhead {
  #roundTrip = Infinity;
  #pages = FEWEST_PAGES;

  /** Pages of one table to ask for at once. */
  get pages(): number {
    return this.#pages;
  }

  /** Bytes that a page should have. */
  get pageBytes(): number {
    const wanted = this.#isFar ? this.#roundTrip * BYTES_PER_MS : 0;
    return Math.min(MOST_PAGE_BYTES, Math.max(PAGE_BYTES, wanted));
  }

  /** Takes note of the shortest time of a call with a small answer, in milliseconds. */
  answered(ms: number): void {
    this.#roundTrip = Math.min(this.#roundTrip, ms);
  }

  /** Takes note of how long a page took, in milliseconds. */
  arrived(ms: number): void {
    if (this.#isFar && ms < SLACK * this.#roundTrip) this.#pages = Math.min(MOST_PAGES, this.#pages + GROWTH);
  }

  get #isFar(): boolean {
    return this.#roundTrip >= FAR_MS && this.#roundTrip < Infinity;
  }
}
