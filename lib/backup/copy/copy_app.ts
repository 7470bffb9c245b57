/**
 * The copying part of a backup, over as many sessions as it takes: rows, links and media into one open archive.
 * Everything it has done is in the file, so that another session, or another process, can go on from there.
 */
import { CopyOutcome } from "./copy_outcome.ts";
import { ABSENT_CELL } from "../../archive/catalogue/absent_cells.ts";
import { fetchLateCells } from "./fetch_late_cells.ts";
import type { EarlierMedia } from "../../archive/media/earlier_media.ts";
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { countStored } from "../../archive/rows/row_reader.ts";
import type { BlockDigest } from "../../archive/digest/table_digest.ts";
import type { RowWriter } from "../../archive/rows/row_writer.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { MediaState } from "../../ddl/catalogue_tables.ts";
import { listTables } from "../../tables/listing.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { copyTables } from "./copy_tables.ts";
import { MediaQueue } from "./media_queue.ts";
import type { Pace } from "./pace.ts";
import { keepPace } from "./pace_keeper.ts";
import type { Patience } from "../../uplink/patience.ts";
import { pendingMedia, type PendingMedium } from "../../archive/media/pending_media.ts";
import { requeueMedia } from "./requeue_media.ts";
import type { RowRange, TakenPage } from "./row_range.ts";
import { callRule, type Session } from "../../tables/session.ts";
import { startCopies } from "./start_copies.ts";
import type { TableCopy } from "./table_copy.ts";
import { writePage } from "./write_page.ts";

/** The file that a copy fills, as planning has left it. */
export interface BegunFile {
  /** Whether the bytes of media are wanted. */
  readonly media: boolean;
  /** Tables that should have been copied and may not be read. */
  readonly unreadable: readonly string[];
  /** Whether an earlier run has begun it. */
  readonly resumed: boolean;
}

/** What a copy needs besides a session and a file. */
interface CopyOptions extends Patience {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly earlier: EarlierMedia | null;
}

/** An app that is being copied into an archive. */
export class AppCopy {
  readonly writer: ArchiveWriter;
  /** Digests made as rows arrived, by table id. */
  readonly blocks = new Map<number, readonly BlockDigest[]>();
  readonly #options: CopyOptions;
  readonly #wantsMedia: boolean;
  readonly outcome: CopyOutcome;
  /** Tables that were deleted while they were copied. */
  readonly #gone = new Set<TableCopy>();
  /** The tables, once all their rows are in the file. */
  #copied: readonly TableCopy[] | null = null;
  #mediaNeedSnapshot = false;

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

  /**
   * Whether the rest needs no snapshot: all rows are in the file, from one session, and the missing media have ids that
   * name the same content for ever.
   */
  get isBeyondSnapshot(): boolean {
    return this.#copied !== null && !this.#mediaNeedSnapshot;
  }

  /** Copies what is missing. */
  async run(session: Session): Promise<void> {
    const stopPace = keepPace(session.connection, this.#options.clock, this.#options.pace);
    try {
      await this.#run(session);
    } finally {
      stopPace();
    }
  }

  async #run(session: Session): Promise<void> {
    const copies = this.#copied ?? await this.#begin(session);
    const media = this.#mediaQueue(session);
    const isWanted = this.#mediaState(session) === "pending";
    const left = isWanted ? pendingMedia(this.writer.engine, this.writer.tables) : [];
    if (isWanted) this.outcome.mediaLeft(left.length);
    try {
      if (this.#copied === null) await this.#copyRows(copies, session, media);
      this.#copied = copies;
      media.rowsAreDone();
      await this.#requeue(left, copies, session, media);
      this.#mediaNeedSnapshot = media.needsSnapshot;
      // From here on nothing needs the snapshot. It holds a database connection that others may need.
      if (!media.needsSnapshot) await session.transaction?.close(true).catch(() => {});
      await media.settle();
    } finally {
      await media.stop();
    }
    const changed = await fetchLateCells(session, { ...this.#options, writer: this.writer, outcome: this.outcome });
    for (const copy of copies) this.#finishTable(copy, changed);
  }

  async #begin(session: Session): Promise<readonly TableCopy[]> {
    const { progress } = this.#options;
    const { copies, gone } = await startCopies(session, this.writer, this.#options);
    for (const plan of gone) this.#tableGone(plan);
    const total = copies.reduce((sum, copy) => sum + copy.counted, 0);
    progress.report({ type: "plan", tables: copies.length, rows: total });
    for (const { plan, counted } of copies) {
      progress.report({ type: "table-start", table: plan.table.name, rows: counted });
    }
    if (this.#mediaState(session) === "failed") this.#reportMediaRefused(copies);
    return copies;
  }

  async #copyRows(copies: readonly TableCopy[], session: Session, media: MediaQueue): Promise<void> {
    const writers = new Map<TableCopy, RowWriter>();
    try {
      await copyTables(copies, {
        ...this.#options,
        connection: session.connection,
        stack: session.stack,
        rule: callRule(session),
        write: (copy, range, taken) => this.#write(copy, range, taken, writers, media, session),
        roomForMedia: () => media.makeRoom(),
        tableFailed: (copy, error) => this.#tableFailed(copy, error, session),
      });
    } finally {
      for (const writer of writers.values()) writer.finalize();
    }
  }

  #mediaQueue(session: Session): MediaQueue {
    return new MediaQueue(session, this.writer, this.#options, {
      stored: (bytes) => this.outcome.mediumStored(bytes),
      reused: (bytes) => this.outcome.mediumReused(bytes),
      failed: (warning) => this.outcome.missingAlready(warning),
    });
  }

  /** Queues media that earlier sessions have not fetched. */
  async #requeue(
    pending: readonly PendingMedium[],
    copies: readonly TableCopy[],
    session: Session,
    queue: MediaQueue,
  ): Promise<void> {
    const isThere = ({ plan }: TableCopy) =>
      session.listed.some(({ id, capability }) => id === plan.tableId && capability !== null);
    const context = { ...this.#options, session, rule: callRule(session) };
    for await (const page of requeueMedia(pending, copies.filter(isThere), context)) {
      for (const item of page) {
        if (item.kind === "job") queue.add(item.job);
        else this.#mediumGone(item);
      }
      await queue.makeRoom();
    }
  }

  #mediumGone({ id, table, column, row }: { id: bigint; table: string; column: string; row: string }): void {
    const message =
      `The medium in column '${column}' of row ${row} of table '${table}' went away, or was replaced, before it was fetched`;
    const warning = { code: "media-gone", table, column, row, message };
    this.writer.transaction(() => {
      this.writer.media.setFailed(id);
      this.writer.addWarnings([warning]);
    });
    this.outcome.missingAlready(warning);
  }

  /** What becomes of media in rows: a DB-read key may read the cells, but not fetch the bytes. */
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
      // Only at the end is it known whether a cell stays absent.
      if (warning.code !== ABSENT_CELL) this.outcome.missingAlready(warning);
    }
    for (const column of page.unread) this.#unlisted(copy, column);
    this.outcome.mediaFound(written.media.length);
    for (const job of written.media) media.add(job);
    const { progress } = this.#options;
    progress.report({ type: "rows", table: copy.name, rows: copy.copied, bytes: copy.bytes });
    if (copy.done) progress.report({ type: "table-done", table: copy.name, rows: copy.copied });
  }

  /** A column that is in pages but was not in the listing: the plan has no place for its values. */
  #unlisted(copy: TableCopy, column: string): void {
    if (copy.unlisted.has(column)) return;
    copy.unlisted.add(column);
    const message =
      `Column '${column}' of table '${copy.name}' was not listed when the backup began; its values are not ` +
      "in the file";
    this.outcome.missing({ code: "unlisted-column", table: copy.name, column, row: null, message });
  }

  /** @param changed ids of tables with cells that have changed since they were digested */
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

  /** Outside of a snapshot a table may be deleted between two pages; any other failure is thrown. */
  async #tableFailed(copy: TableCopy, error: unknown, { connection, stack }: Session): Promise<void> {
    if (!(error instanceof RemoteError) || error.kind === "transaction") throw error;
    const listed = await listTables(connection, stack).catch(() => null);
    if (listed === null || listed.some(({ id }) => id === copy.plan.tableId)) throw error;
    for (const range of copy.ranges) range.done = true;
    if (this.#gone.has(copy)) return;
    this.#gone.add(copy);
    this.#tableGone(copy.plan);
  }

  /** Rows that came before the table was deleted stay, and count. */
  #tableGone(plan: TableLayout): void {
    const { name } = plan.table;
    const rowsCopied = countStored(this.writer.engine, plan);
    this.writer.transaction(() => this.writer.recordOutcome(plan, { state: "copied", rowsServer: null, rowsCopied }));
    const message = `Table '${name}' went away while the backup ran; ${rowsCopied} of its rows are in the file`;
    this.outcome.missing({ code: "table-gone", table: name, column: null, row: null, message });
  }
}
