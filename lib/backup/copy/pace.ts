/**
 * How much a backup asks of the server at once, so that an app in use hardly feels it. It depends on the pace that the
 * user chose, and on how quickly the server answers small calls meanwhile. Plain state, one for each run. It makes no
 * call.
 */

/** How much a backup asks of the server. */
export const PACES = [
  /** Gentle: an app in use answers its users nearly as fast as before. Rows come before media. */
  "gentle",
  /** As fast as the server can, whoever else waits. */
  "fast",
] as const;

/** One of {@link PACES}. */
export type PaceName = typeof PACES[number];

/** The most that is asked for at once. */
interface Demand {
  /** Pages of all tables that were asked for and are not written yet. */
  readonly pages: number;
  readonly media: number;
  /** Calls that count rows, or look for the end of a table. */
  readonly smallCalls: number;
  /**
   * Size of a page as a part of the usual one: when there are few pages they may be larger, and each costs the server
   * something.
   */
  readonly pageSize: number;
}

/**
 * On a real server, two cores shared by server, database and client: two pages give 80 % of the speed of four, and another
 * client's small search takes 16 ms at the 99th percentile instead of 93 (idle: 4). 32 media give 90 % of the speed of 64,
 * and 12 ms instead of 38.
 */
const DEMANDS: { readonly [pace in PaceName]: Demand } = {
  gentle: { pages: 2, media: 32, smallCalls: 4, pageSize: 1.15 },
  fast: { pages: 24, media: 64, smallCalls: 32, pageSize: 1 },
};

/** A small call counts as slow when it takes so many times as long as the best one. */
const SLOW = 3;
/**
 * The best is never assumed to be shorter than this, in milliseconds: a call may wait so long behind this program's own
 * pages.
 */
const QUICK_MS = 20;
/** Small calls in a row that were slow before less is asked for; and that were not slow before more is. */
const SLOW_ONES = 2;
const QUICK_ONES = 4;
/** Most steps down: the last has one page at a time, and a pause of 1.6 s after each. */
const MOST_STEPS = 6;
const FIRST_PAUSE_MS = 100;

/** The pace of a run. */
export class Pace {
  readonly name: PaceName;
  readonly #demand: Demand;
  #bestMs = Infinity;
  #step = 0;
  /** Number of slow small calls in a row; below 0 for calls that were not slow. */
  #row = 0;

  constructor(name: PaceName) {
    this.name = name;
    this.#demand = DEMANDS[name];
  }

  /** Whether all rows are read before any medium is fetched. */
  get rowsFirst(): boolean {
    return this.name === "gentle";
  }

  /** Whether it depends on how quickly the server answers. */
  get isMindful(): boolean {
    return this.name === "gentle";
  }

  get pages(): number {
    return this.#step === 0 ? this.#demand.pages : 1;
  }

  /**
   * Whether a page counts only until the server has sent it, and not until it is written: a gentle backup asks for so
   * few.
   */
  get countsAtServer(): boolean {
    return this.isMindful && this.pauseMs === 0;
  }

  get pageSize(): number {
    return this.#demand.pageSize;
  }

  /** Milliseconds between writing a page and asking for the next one. */
  get pauseMs(): number {
    return this.#step < 2 ? 0 : FIRST_PAUSE_MS * 2 ** (this.#step - 2);
  }

  get media(): number {
    return Math.max(1, this.#demand.media >> this.#step);
  }

  get smallCalls(): number {
    return this.#step === 0 ? this.#demand.smallCalls : 1;
  }

  /** Takes note of how long a small call took, in milliseconds. */
  answered(ms: number): void {
    if (!this.isMindful) return;
    this.#bestMs = Math.min(this.#bestMs, ms);
    const isSlow = ms > SLOW * Math.max(QUICK_MS, this.#bestMs);
    this.#row = isSlow ? Math.max(0, this.#row) + 1 : Math.min(0, this.#row) - 1;
    if (this.#row >= SLOW_ONES && this.#step < MOST_STEPS) {
      this.#step++;
      this.#row = 0;
    } else if (this.#row <= -QUICK_ONES && this.#step > 0) {
      this.#step--;
      this.#row = 0;
    }
  }
}
