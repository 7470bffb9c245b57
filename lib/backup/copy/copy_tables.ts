/**
 * Copies the rows of all tables into the archive as they arrive, several pages in flight. A page is asked for as soon
 * as its beginning is known, and written while others are on their way. A table with many gaps is read in several
 * ranges of row ids at once, all inside the one snapshot. It does not know where the file goes.
 */
import { readPage } from "../../tables/read/page.ts";
import { type Page } from "../../tables/read/table_reader.ts";
import type { Connection } from "../../uplink/connection.ts";
import { isKind } from "../../errors.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import { findHighestRow } from "./highest_row.ts";
import { readGiantRow } from "../../tables/read/giant_row.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import type { PatienceRule } from "../../uplink/limits.ts";
import { pause } from "../../clock.ts";
import type { Pace } from "./pace.ts";
import type { RowId } from "../../value/row_id.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { PageRequest, RowRange, TakenPage } from "./row_range.ts";
import type { TableCopy } from "./table_copy.ts";
import { checkPage } from "../../tables/read/check_page.ts";

/** Bytes that they are expected to have; one page may always be in flight. */
const BYTES_IN_FLIGHT = 8_000_000;
/** What copying tables needs. */
interface CopyContext extends Patience {
  readonly connection: Connection;
  /** Call stack of the snapshot. */
  readonly stack: string;
  /** Writes a page's rows, and notes that they are copied, in one transaction. */
  readonly write: (copy: TableCopy, range: RowRange, taken: TakenPage) => void;
  readonly pace: Pace;
  /** How a call in the session is tried again. */
  readonly rule: PatienceRule;
  /** Resolves when there is room for the media of another page. */
  readonly roomForMedia: () => Promise<void>;
  /** Settles a table of which a page could not be read; throws if the failure is not the table's own. */
  readonly tableFailed: (copy: TableCopy, error: unknown) => Promise<void>;
}

/**
 * Copies all ranges of all tables.
 * @throws the first failure, when nothing is in flight any more
 */
export function copyTables(copies: readonly TableCopy[], context: CopyContext): Promise<void> {
  return new Scheduler(copies, context).run();
}

class Scheduler {
  /**
   * Tables that are not copied yet, in their order. With hundreds of tables, each page would otherwise look at all the
   * others.
   */
  readonly #open: Set<TableCopy>;
  readonly #context: CopyContext;
  readonly #probed = new Set<TableCopy>();
  readonly #tasks = new InFlight(() => this.#pump());
  readonly #readAhead = new ReadAhead();
  /** Pauses after pages, in place of the next request. */
  #resting = 0;
  /** Pages that were asked for and have not arrived; others have arrived, but are not written yet. */
  #atServer = 0;

  constructor(copies: readonly TableCopy[], context: CopyContext) {
    this.#open = new Set(copies.filter(({ done }) => !done));
    this.#context = context;
  }

  async run(): Promise<void> {
    this.#pump();
    await this.#tasks.until();
  }

  async #probe(copy: TableCopy): Promise<void> {
    const { connection, stack, pace, rule } = this.#context;
    const estimated = (id: RowId) => {
      copy.highest = id;
      this.#pump();
    };
    await findHighestRow(connection, stack, copy.reader, pace.smallCalls, estimated, (call) => {
      return patiently(`looking where table '${copy.name}' ends`, call, this.#context, rule);
    });
  }

  #pump(): void {
    while (this.#tasks.isOpen) {
      const { pages, bytes } = this.#inFlight();
      const { pace } = this.#context;
      const counted = pace.countsAtServer ? this.#atServer : pages;
      const next = counted + this.#resting < pace.pages ? this.#nextRange(pages - counted) : null;
      if (next === null) return;
      const { copy, range } = next;
      // The ids left in a range limit its rows: rows beyond belong to another range, and would come twice.
      const rows = Math.max(1, Math.min(copy.sizer.rows, range.idsLeft));
      const more = copy.sizer.expectedBytes(Math.min(rows, copy.rowsLeft));
      if (pages > 0 && bytes + more > BYTES_IN_FLIGHT) return;
      this.#tasks.add(this.#readNext(copy, range, range.ask(rows)));
    }
  }

  /** Pages that were asked for and are not written yet, and the bytes that they should have. */
  #inFlight(): { readonly pages: number; readonly bytes: number } {
    let [pages, bytes] = [0, 0];
    for (const copy of this.#open) {
      const { asked } = copy;
      pages += asked.pages;
      bytes += copy.sizer.expectedBytes(Math.min(asked.rows, copy.rowsLeft));
    }
    return { pages, bytes };
  }

  /**
   * The next range to read: a waiting one, one that can take another request, or the upper half of one that is being
   * read.
   */
  #nextRange(unwritten: number): { readonly copy: TableCopy; readonly range: RowRange } | null {
    for (const copy of this.#open) {
      const range = copy.ranges.find(({ done, pagesAsked }) => !done && pagesAsked === 0);
      if (range !== undefined) return { copy, range };
    }
    const most = Math.min(this.#readAhead.pages, this.#context.pace.pages + unwritten);
    for (const copy of this.#open) {
      const { pages, rows } = copy.asked;
      if (pages >= most || rows >= copy.rowsLeft) continue;
      const range = copy.ranges.find(({ asksMore }) => asksMore) ?? this.#split(copy);
      if (range !== null) return { copy, range };
    }
    return null;
  }

  /** Splits a range with gaps in two, once it is known where the table ends. */
  #split(copy: TableCopy): RowRange | null {
    const { highest } = copy;
    const open = copy.ranges.filter((range) => !range.done);
    if (!copy.worthSplitting || !open.some(({ hasGaps }) => hasGaps)) return null;
    if (highest === null) {
      if (!this.#probed.has(copy)) this.#tasks.add(this.#probe(copy));
      this.#probed.add(copy);
      return null;
    }
    const widest = open.reduce((a, b) => b.width(highest) > a.width(highest) ? b : a);
    const upper = widest.split(highest);
    if (upper === null) return null;
    copy.ranges.push(upper);
    return upper;
  }

  async #readNext(copy: TableCopy, range: RowRange, request: PageRequest): Promise<void> {
    const page = await this.#read(copy, request);
    // After a page that could not be written, no other may be written: the file would say that the gap is copied.
    if (!this.#tasks.isOpen) return;
    for (const taken of range.arrived(request, page)) this.#context.write(copy, range, taken);
    if (copy.done && copy.asked.pages === 0) this.#open.delete(copy);
    this.#context.signal?.throwIfAborted();
    await this.#context.roomForMedia();
    await this.#rest();
    this.#pump();
  }

  /** Makes no calls for a while when the server is slow for everybody. */
  async #rest(): Promise<void> {
    const { pace: { pauseMs }, clock, signal } = this.#context;
    if (pauseMs === 0) return;
    this.#resting++;
    try {
      await pause(clock, pauseMs, signal);
    } finally {
      this.#resting--;
    }
  }

  /** Asks for another page while one is decoded and written. */
  async #askMeanwhile(): Promise<void> {
    if (!this.#context.pace.countsAtServer) return;
    this.#pump();
    // Requests are sent in the next turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** One page, or null if it must be asked for again with fewer rows. */
  async #read(copy: TableCopy, { after, rows }: PageRequest): Promise<Page | null> {
    const { connection, stack, clock } = this.#context;
    const began = clock.monotonic();
    let isAtServer = true;
    const hasCome = () => {
      if (isAtServer) this.#atServer--;
      isAtServer = false;
    };
    const ask = () =>
      readPage(connection, stack, copy.reader, { after, rows }, async () => {
        hasCome();
        await this.#askMeanwhile();
      });
    this.#atServer++;
    try {
      const page = await patiently(`reading table '${copy.plan.table.name}'`, ask, this.#context, this.#context.rule);
      const ms = clock.monotonic() - began;
      checkPage(copy, after, page, rows);
      this.#readAhead.answered(connection.fastestMs);
      this.#readAhead.arrived(ms);
      copy.sizer.learn(page.rows.length, page.bytes, ms, this.#readAhead.pageBytes * this.#context.pace.pageSize);
      return page;
    } catch (error) {
      if (isKind(error, "size")) {
        if (copy.sizer.tooLarge(rows)) return null;
        return await readGiantRow(connection, stack, copy.reader, after);
      }
      await this.#context.tableFailed(copy, error);
      return null;
    } finally {
      hasCome();
    }
  }
}
