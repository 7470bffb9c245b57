/**
 * Copies the rows of all tables, several pages in flight, into the archive as they arrive.
 * A page is asked for as soon as the one before it is known, and written while the next is on its way. Rows of one
 * table come in several ranges of row ids at once, all inside the one snapshot. It knows nothing of destinations.
 */
import { type Page, readPage } from "../tables/page.ts";
import type { Connection } from "../uplink/connection.ts";
import { isPayloadTooLarge } from "../uplink/uplink_errors.ts";
import { findHighestRow } from "./highest_row.ts";
import { readGiantRow } from "./giant_row.ts";
import { type Patience, patiently } from "./patience.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { RowRange } from "./row_range.ts";
import type { TableCopy } from "./table_copy.ts";
import { checkPage } from "./check_page.ts";

/** Pages in flight at most. */
const MAX_PAGES = 24;
/** Bytes expected in flight at most; one page may always be. */
const BYTES_IN_FLIGHT = 8_000_000;
/** Media that may wait before reading rows pauses. */
const MEDIA_WAITING = 2_000;

/** What copying needs. */
export interface CopyContext extends Patience {
  readonly connection: Connection;
  /** Call stack of the snapshot. */
  readonly stack: string;
  /** Writes a page's rows and the range's progress in one transaction. */
  readonly write: (copy: TableCopy, range: RowRange, page: Page) => void;
  /** Saves a range that was split, before either half goes on. */
  readonly saveSplit: (copy: TableCopy, ranges: readonly RowRange[]) => void;
  /** Resolves when no more than so many media wait. */
  readonly mediaSettled: (waiting: number) => Promise<void>;
  /** Settles a table that a page could not be read of, or throws when the failure is not the table's own. */
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
  readonly #copies: readonly TableCopy[];
  readonly #context: CopyContext;
  readonly #busy = new Set<RowRange>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #readAhead = new ReadAhead();
  #bytesInFlight = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(copies: readonly TableCopy[], context: CopyContext) {
    this.#copies = copies;
    this.#context = context;
  }

  async run(): Promise<void> {
    for (const copy of this.#copies) if (copy.worthSplitting) this.#spawn(this.#probe(copy));
    this.#pump();
    while (this.#tasks.size > 0) await Promise.race(this.#tasks);
    if (this.#failure !== null) throw this.#failure.error;
  }

  #spawn(task: Promise<void>): void {
    const settled = task
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#tasks.delete(settled));
    this.#tasks.add(settled);
  }

  async #probe(copy: TableCopy): Promise<void> {
    const { connection, stack, clock } = this.#context;
    await findHighestRow(connection, stack, copy.reader, () => clock.monotonic(), {
      estimated: (id) => {
        copy.highest = id;
        this.#pump();
      },
      answered: (ms) => this.#readAhead.answered(ms),
    });
  }

  #pump(): void {
    while (this.#failure === null && this.#busy.size < MAX_PAGES) {
      const next = this.#nextRange();
      if (next === null) return;
      const { copy, range } = next;
      // Ids left in the range bound the rows left in it: what lies beyond is another range's, and would come twice.
      const rows = Math.min(copy.sizer.rows, range.idsLeft);
      const bytes = copy.sizer.expectedBytes(Math.min(rows, copy.rowsLeft));
      if (this.#busy.size > 0 && this.#bytesInFlight + bytes > BYTES_IN_FLIGHT) return;
      this.#busy.add(range);
      this.#bytesInFlight += bytes;
      this.#spawn(this.#readNext(copy, range, rows, bytes));
    }
  }

  /** The next range to read: one that waits, or else the upper half of one being read. */
  #nextRange(): { readonly copy: TableCopy; readonly range: RowRange } | null {
    for (const copy of this.#copies) {
      const range = copy.ranges.find((candidate) => !candidate.done && !this.#busy.has(candidate));
      if (range !== undefined) return { copy, range };
    }
    for (const copy of this.#copies) {
      const range = this.#split(copy);
      if (range !== null) return { copy, range };
    }
    return null;
  }

  #split(copy: TableCopy): RowRange | null {
    const { highest } = copy;
    const open = copy.ranges.filter((range) => !range.done);
    if (highest === null || open.length === 0 || open.length >= this.#readAhead.ranges || !copy.worthSplitting) {
      return null;
    }
    const widest = open.reduce((a, b) => b.width(highest) > a.width(highest) ? b : a);
    const upper = widest.split(highest);
    if (upper === null) return null;
    copy.ranges.push(upper);
    this.#context.saveSplit(copy, [widest, upper]);
    return upper;
  }

  async #readNext(copy: TableCopy, range: RowRange, rows: number, bytes: number): Promise<void> {
    try {
      const page = await this.#read(copy, range, rows);
      if (page !== null) this.#take(copy, range, page);
    } finally {
      this.#busy.delete(range);
      this.#bytesInFlight -= bytes;
    }
    this.#context.signal?.throwIfAborted();
    await this.#context.mediaSettled(MEDIA_WAITING);
    this.#pump();
  }

  /** One page, or null when it has to be asked for again, smaller. */
  async #read(copy: TableCopy, range: RowRange, rows: number): Promise<Page | null> {
    const { connection, stack, clock } = this.#context;
    const began = clock.monotonic();
    const ask = () => readPage(connection, stack, copy.reader, { after: range.after, rows });
    try {
      const page = await patiently(`reading table '${copy.plan.table.name}'`, ask, this.#context);
      const ms = clock.monotonic() - began;
      checkPage(copy, range, page, rows);
      copy.sizer.learn(page.rows.length, page.bytes, ms, this.#readAhead.pageBytes);
      this.#readAhead.arrived(ms);
      return page;
    } catch (error) {
      if (isPayloadTooLarge(error)) {
        if (copy.sizer.tooLarge(rows)) return null;
        return await readGiantRow(connection, stack, copy, range.after);
      }
      await this.#context.tableFailed(copy, error);
      return null;
    }
  }

  #take(copy: TableCopy, range: RowRange, page: Page): void {
    const last = page.rows.at(-1);
    const own = range.until === null ? page.rows : page.rows.filter(({ id }) => range.holds(id));
    range.after = own.at(-1)?.id ?? range.after;
    range.done = !page.more || last === undefined || own.length < page.rows.length ||
      range.until !== null && range.after === range.until;
    this.#context.write(copy, range, { ...page, rows: own });
  }
}
