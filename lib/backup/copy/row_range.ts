/**
 * A part of a table, by row id: one reader reads it, page after page, and it can be split in two meanwhile. When nearly
 * every id has a row, the end of a page is known before it comes, and the next one is asked for at once. Plain state;
 * it knows no connection and no file.
 */
import { BLOCK_IDS } from "../../archive/digest/table_digest.ts";
import type { Page } from "../../tables/read/table_reader.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";

/** A page that was asked for. */
export interface PageRequest {
  readonly after: RowId | null;
  readonly rows: number;
}

/** A page whose turn to be written has come. */
export interface TakenPage {
  readonly page: Page;
  /** The range is copied up to and including this id before the page is written; null at the table's beginning. */
  readonly after: RowId | null;
  /** And up to and including this id afterwards; null for the table's end. */
  readonly until: RowId | null;
}

/** Share of a page's rows that may come twice. */
const TWICE = 0.1;

/** Rows with ids above `after` up to and including `until`. */
export class RowRange {
  /** Everything up to and including this id is copied; null at the table's beginning. */
  after: RowId | null;
  /** Last id of the range; null for the table's end. */
  until: RowId | null;
  done = false;
  /** Requests, each with its result, none of which is taken before its turn; null for an empty result. */
  readonly #requests: { readonly request: PageRequest; page?: Page | null }[] = [];
  /** Rows for each id in the last page; 0 before there was one. */
  #density = 0;
  /**
   * Whether pages on their way must arrive before another is asked for, since they do not continue where the last
   * ended.
   */
  #drains = false;

  constructor(after: RowId | null, until: RowId | null) {
    this.after = after;
    this.until = until;
  }

  /** Pages asked for and not taken yet. */
  get pagesAsked(): number {
    return this.#requests.length;
  }

  /** Most rows that they can have. */
  get rowsAsked(): number {
    return this.#requests.reduce((sum, { request }) => sum + request.rows, 0);
  }

  /** Whether another page can be asked for, even while others are on their way. */
  get asksMore(): boolean {
    if (this.done) return false;
    return this.#requests.length === 0 || !this.#drains && !this.#tooManyGaps && this.idsLeft > 0;
  }

  /** Whether gaps in the ids prevent more requests: then only a second range gives more to do at once. */
  get hasGaps(): boolean {
    return !this.done && !this.#drains && this.#density > 0 && this.#tooManyGaps;
  }

  /** For each page on its way, the next one brings as many rows a second time as that page has gaps. */
  get #tooManyGaps(): boolean {
    return this.#requests.length * (1 - this.#density) > TWICE;
  }

  /** Asks for a page of at most so many rows. */
  ask(rows: number): PageRequest {
    const request = { after: this.#cursor, rows };
    this.#requests.push({ request });
    return request;
  }

  /**
   * An id up to which everything is copied or asked for: ids ascend, so a page covers at least as many ids as it has
   * rows.
   */
  get #cursor(): RowId | null {
    const last = this.#requests.at(-1)?.request;
    return last === undefined ? this.after : (BigInt(last.after ?? "0") + BigInt(last.rows)).toString();
  }

  /**
   * Notes the result of a request; null for an empty one.
   * @returns the pages whose turn has come, each with only the rows that belong here and did not come before. They must
   * be written in this order, before anything else of the range
   */
  arrived(request: PageRequest, page: Page | null): readonly TakenPage[] {
    const asked = this.#requests.find((entry) => entry.request === request);
    if (asked !== undefined) asked.page = page;
    const taken: TakenPage[] = [];
    for (let [next] = this.#requests; next?.page !== undefined; [next] = this.#requests) {
      this.#requests.shift();
      if (next.page === null || this.#isBeyond(next.request)) this.#drains = true;
      else if (!this.done) taken.push(this.#take(next.request, next.page));
      if (this.#requests.length === 0) this.#drains = false;
    }
    return taken;
  }

  /** Whether rows are missing before a page: the page before it had fewer than it was asked for. */
  #isBeyond({ after }: PageRequest): boolean {
    return after !== null && (this.after === null || compareRowIds(after, this.after) > 0);
  }

  #take(request: PageRequest, page: Page): TakenPage {
    const { rows, more } = page;
    const [first, last] = [rows[0]?.id, rows.at(-1)?.id];
    const { after } = this;
    const fresh = request.after === after || after === null
      ? rows
      : rows.filter(({ id }) => compareRowIds(id, after) > 0);
    const own = this.until === null ? fresh : fresh.filter(({ id }) => this.holds(id));
    this.after = own.at(-1)?.id ?? after;
    this.done = !more || last === undefined || !this.holds(last) || this.until !== null && this.after === this.until;
    if (first !== undefined && last !== undefined) {
      const before = request.after === null ? BigInt(first) - 1n : BigInt(request.after);
      this.#density = rows.length / Number(BigInt(last) - before);
    }
    if (rows.length < request.rows || fresh.length < rows.length * (1 - TWICE)) this.#drains = true;
    return { page: { ...page, rows: own }, after, until: this.done ? this.until : this.after };
  }

  /** Whether a row belongs to this range. */
  holds(id: RowId): boolean {
    return this.until === null || compareRowIds(id, this.until) <= 0;
  }

  /**
   * Number of ids that are neither copied nor asked for, up to its own end; Infinity for the range at the table's end.
   */
  get idsLeft(): number {
    return this.until === null ? Infinity : Number(BigInt(this.until) - BigInt(this.#cursor ?? "0"));
  }

  /** Number of ids still to look through, when the highest id of the table is known. */
  width(highest: RowId): bigint {
    const width = BigInt(this.until ?? highest) - BigInt(this.after ?? "0");
    return this.done || width < 0n ? 0n : width;
  }

  /**
   * Splits off the upper half, cut between two blocks of the digest.
   * @returns the new range, or null when there is too little to split
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
