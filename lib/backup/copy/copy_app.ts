/**
 * The copying part of a backup, over as many sessions as it takes: rows, links and media into one open archive.
 * Everything it has done stands in the file, so that another session, or another process, goes on from there.
 */
import { CopyOutcome } from "./copy_outcome.ts";
import { ABSENT_CELL } from "../../archive/catalogue/absent_cells.ts";
import { fetchLateCells } from "./fetch_late_cells.ts";
import { rangesLeft } from "./ranges_left.ts";
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { countStored } from "../../archive/rows/row_reader.ts";
import type { BlockDigest } from "../../archive/digest/table_digest.ts";
import type { RowWriter } from "../../archive/rows/row_writer.ts";
import type { TablePlan } from "../../ddl/archive_plan.ts";
import type { MediaState } from "../../ddl/catalogue_tables.ts";
import { countRows, listTables } from "../../tables/listing.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { copyTables } from "./copy_tables.ts";
import { MediaQueue } from "./media_queue.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import { requeueMedia } from "./requeue_media.ts";
import { RowRange, type TakenPage } from "./row_range.ts";
import type { Session } from "../../tables/session.ts";
import { TableCopy } from "./table_copy.ts";
import { writePage } from "./write_page.ts";

/** The file that a copy fills, as its plan has left it. */
export interface BegunFile {
  /** Whether the bytes of media are wanted. */
  readonly media: boolean;
  /** Tables that were to be copied and may not be read. */
  readonly unreadable: readonly string[];
  /** Whether an earlier run has begun it. */
  readonly resumed: boolean;
}

/** What a copy needs besides a session and a file. */
interface CopyOptions extends Patience {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** `get_length` calls in flight. */
const COUNTS_IN_FLIGHT = 16;

/** An app being copied into an archive. */
export class AppCopy {
  readonly writer: ArchiveWriter;
  /** Digests made as rows arrived, by table id. */
  readonly blocks = new Map<number, readonly BlockDigest[]>();
  readonly #options: CopyOptions;
  readonly #wantsMedia: boolean;
  readonly outcome: CopyOutcome;
  /** Tables that went away while they were copied. */
  readonly #gone = new Set<TableCopy>();

  constructor(writer: ArchiveWriter, options: CopyOptions, begun: BegunFile) {
    this.writer = writer;
    this.outcome = new CopyOutcome(writer, options.progress);
    this.#options = options;
    this.#wantsMedia = begun.media;
    if (begun.resumed) this.outcome.recall();
    else for (const table of begun.unreadable) this.#unreadable(table);
  }

  get tables(): number {
    return this.writer.tables.length;
  }

  #unreadable(table: string): void {
    const message = `Table '${table}' may not be read by server code; its rows are not in the file`;
    this.outcome.missing({ code: "unreadable-table", table, column: null, row: null, message });
  }

  /** Copies what is not copied yet. */
  async run(session: Session): Promise<void> {
    const { progress } = this.#options;
    const copies = await this.#startCopies(session);
    const total = copies.reduce((sum, copy) => sum + copy.counted, 0);
    progress.report({ type: "plan", tables: copies.length, rows: total });
    for (const { plan, counted } of copies) {
      progress.report({ type: "table-start", table: plan.table.name, rows: counted });
    }
    if (this.#mediaState(session) === "failed") this.#reportMediaRefused(copies);
    const media = this.#mediaQueue(session);
    if (this.#mediaState(session) === "pending") await this.#requeue(copies, session, media);
    const writers = new Map<TableCopy, RowWriter>();
    try {
      await copyTables(copies, {
        ...this.#options,
        connection: session.connection,
        stack: session.stack,
        write: (copy, range, taken) => this.#write(copy, range, taken, writers, media, session),
        mediaSettled: (waiting) => media.settleTo(waiting),
        tableFailed: (copy, error) => this.#tableFailed(copy, error, session),
      });
      await media.settleTo(0);
    } finally {
      await media.stop();
      for (const writer of writers.values()) writer.finalize();
    }
    const changed = await fetchLateCells(session, { ...this.#options, writer: this.writer, outcome: this.outcome });
    for (const copy of copies) this.#finishTable(copy, changed);
  }

  async #startCopies(session: Session): Promise<readonly TableCopy[]> {
    const { connection, stack, listed } = session;
    const left = rangesLeft(this.writer);
    const copies: TableCopy[] = [];
    const start = async (plan: TablePlan): Promise<TableCopy | null> => {
      const table = listed.find(({ id }) => id === plan.tableId);
      if (table === undefined || table.capability === null) return null;
      const { capability } = table;
      const count = () => countRows(connection, stack, capability);
      const counted = await patiently(`counting table '${table.name}'`, count, this.#options);
      const known = left.get(plan.tableId);
      const reader = tableReader(table, plan.columns.map(({ column }) => column));
      return new TableCopy(
        plan,
        reader,
        counted,
        known ?? [new RowRange(null, null)],
        known === undefined ? 0 : countStored(this.writer.engine, plan),
      );
    };
    const plans = this.writer.tables;
    for (let from = 0; from < plans.length; from += COUNTS_IN_FLIGHT) {
      const some = plans.slice(from, from + COUNTS_IN_FLIGHT);
      const started = await Promise.all(some.map(start));
      started.forEach((copy, i) => {
        if (copy !== null) copies.push(copy);
        else if (some[i] !== undefined) this.#tableGone(some[i]);
      });
    }
    return copies;
  }

  #mediaQueue(session: Session): MediaQueue {
    return new MediaQueue(session.connection, this.writer, this.#options, {
      stored: (bytes) => this.outcome.mediumStored(bytes),
      failed: (warning) => this.outcome.missingAlready(warning),
    });
  }

  async #requeue(copies: readonly TableCopy[], session: Session, queue: MediaQueue): Promise<void> {
    const left = await requeueMedia(this.writer, copies, session, this.#options);
    this.outcome.mediaLeft(left.length);
    for (const item of left) {
      if (item.kind === "job") {
        queue.add(item.job);
        continue;
      }
      const { id, table, column, row } = item;
      const message =
        `The medium in column '${column}' of row ${row} of table '${table}' went away before it was fetched`;
      const warning = { code: "media-gone", table, column, row, message };
      this.writer.transaction(() => {
        this.writer.media.setFailed(id);
        this.writer.addWarnings([warning]);
      });
      this.outcome.missingAlready(warning);
    }
  }

  /** What becomes of media that rows hold: a DB-read key may read the cells and not fetch the bytes. */
  #mediaState(session: Session): MediaState {
    if (!this.#wantsMedia) return "skipped";
    return session.connection.welcome.keyKind === "db-read-uplink" ? "failed" : "pending";
  }

  #reportMediaRefused(copies: readonly TableCopy[]): void {
    const tables = copies.filter((copy) => copy.reader.columns.some(({ kind }) => kind === "media"));
    if (tables.length === 0) return;
    const names = tables.map(({ plan }) => `'${plan.table.name}'`).join(", ");
    const message = `A DB-read key may not fetch media; those of ${names} are listed in the file without their bytes`;
    this.outcome.missing({ code: "media-not-permitted", table: null, column: null, row: null, message });
  }

  #write(
    copy: TableCopy,
    range: RowRange,
    taken: TakenPage,
    writers: Map<TableCopy, RowWriter>,
    media: MediaQueue,
    session: Session,
  ): void {
    const { page } = taken;
    const rowWriter = writers.get(copy) ?? this.writer.rows(copy.plan);
    writers.set(copy, rowWriter);
    const { tableId } = copy.plan;
    const written = this.writer.transaction(() => {
      const written = writePage(this.writer, rowWriter, copy, page, this.#mediaState(session));
      const { rows, uses } = written;
      const sum = copy.digest(range, taken, rows, uses);
      const { after, until } = taken;
      const isAny = rows.length > 0 || until === null || until !== after;
      if (isAny) this.writer.pages.add({ tableId, after, until, rows: rows.length, sum });
      this.writer.addWarnings(written.warnings);
      return written;
    });
    this.outcome.rowsWritten(page.rows.length);
    copy.copied += page.rows.length;
    copy.bytes += page.bytes;
    for (const warning of written.warnings) {
      // Whether a cell stays absent is known at the end.
      if (warning.code !== ABSENT_CELL) this.outcome.missingAlready(warning);
    }
    this.outcome.mediaFound(written.media.length);
    for (const job of written.media) media.add(job);
    const { progress } = this.#options;
    progress.report({ type: "rows", table: copy.name, rows: copy.copied, bytes: copy.bytes });
    if (copy.done) progress.report({ type: "table-done", table: copy.name, rows: copy.copied });
  }

  /** @param changed ids of tables of which cells have changed since they were digested */
  #finishTable(copy: TableCopy, changed: ReadonlySet<number>): void {
    const { plan, counted } = copy;
    const blocks = changed.has(plan.tableId) ? null : copy.blocks;
    if (this.#gone.has(copy)) return;
    if (blocks !== null) this.blocks.set(plan.tableId, blocks);
    const stored = countStored(this.writer.engine, plan);
    this.writer.transaction(() =>
      this.writer.recordOutcome(plan, { state: "copied", rowsServer: counted, rowsCopied: stored })
    );
    if (stored === counted) return;
    const name = plan.table.name;
    const message = `Table '${name}': the server counted ${counted} rows, ${stored} came`;
    this.outcome.missing({ code: "count-differs", table: name, column: null, row: null, message });
  }

  /** Outside of a snapshot a table may be deleted between two pages; any other failure is thrown on. */
  async #tableFailed(copy: TableCopy, error: unknown, { connection, stack }: Session): Promise<void> {
    if (!(error instanceof RemoteError) || error.kind === "transaction") throw error;
    const listed = await listTables(connection, stack).catch(() => null);
    if (listed === null || listed.some(({ id }) => id === copy.plan.tableId)) throw error;
    for (const range of copy.ranges) range.done = true;
    if (this.#gone.has(copy)) return;
    this.#gone.add(copy);
    this.#tableGone(copy.plan);
  }

  /** The rows that came before stay, and count. */
  #tableGone(plan: TablePlan): void {
    const { name } = plan.table;
    const rowsCopied = countStored(this.writer.engine, plan);
    this.writer.transaction(() => this.writer.recordOutcome(plan, { state: "copied", rowsServer: null, rowsCopied }));
    const message = `Table '${name}' went away while the backup ran; ${rowsCopied} of its rows are in the file`;
    this.outcome.missing({ code: "table-gone", table: name, column: null, row: null, message });
  }
}
