/**
 * Fetches media: many small ones at once, few large ones. One at a time would cost a round trip each, and 40 ms more on
 * a real server (its small frames wait for an ACK). Rows come first: while they are read, media are fetched only if the
 * server answers quickly, and not at all once it has no free database connection.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import type { ArchiveWarning } from "../../archive/catalogue/catalogue.ts";
import { type EarlierMedia, LASTING_MEDIA } from "../../archive/media/earlier_media.ts";
import type { MediaReceipt } from "../../archive/media/media_store.ts";
import { type AnvilSqliteError, isKind } from "../../errors.ts";
import type { MediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia, MEDIUM_FAILURES } from "../../tables/fetch_media.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import type { Session } from "../../tables/session.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { ConnectionLostError, serverFullError } from "../../uplink/uplink_errors.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import type { Pace } from "./pace.ts";

/** A medium to fetch, and the cell that uses it. */
export interface MediaJob {
  /** Id in `_anvil_media_objects`. */
  readonly id: bigint;
  readonly handle: MediaHandle;
  readonly table: string;
  readonly column: string;
  /** `[table,row]` */
  readonly row: string;
}

/** Bytes expected in flight at most, by the average size so far: the server holds them, and maybe the network too. */
const BYTES_IN_FLIGHT = 32_000_000;
/** Assumed size of a medium before any has come. */
const FIRST_MEAN_BYTES = 500_000;
/**
 * A medium whose first bytes take longer than this has waited for something: then no other is fetched while rows are
 * read.
 */
const AT_ONCE_MS = 1_000;
/**
 * When all database connections of a server are in use, a call for a medium waits 5 s, and the error then only says
 * that something went wrong. Any other failure comes sooner.
 */
const FULL_AFTER_MS = 4_000;
/** Media taken from an earlier backup before other work gets a turn. */
const REUSED_AT_ONCE = 50;
/**
 * Number of waiting media at which the reading of rows pauses: while media are fetched at the same time, and while they
 * are not.
 */
const WAITING = { beside: 2_000, after: 200_000 } as const;

/** What the queue reports. */
interface MediaListener {
  /** A medium is in the file; `bytes` is its length. */
  stored(bytes: number): void;
  /** A medium was taken from an earlier backup; `bytes` is its length. */
  reused(bytes: number): void;
  /** The bytes of a medium could not be fetched; it is recorded as failed. */
  failed(warning: ArchiveWarning): void;
}

/** What fetching needs from a run. */
interface MediaContext extends Patience {
  /** Media of an earlier backup, which need not be fetched. */
  readonly earlier?: EarlierMedia | null;
  readonly pace: Pace;
}

/** The server had no free connection while rows were read: the medium waits until the rows are done. */
const AFTER_ROWS = Symbol("after rows");
/** Another medium's failure has ended everything. */
const STOPPED = Symbol("stopped");

/** Fetches media in the order in which they are added. */
export class MediaQueue {
  readonly #session: Session;
  readonly #writer: ArchiveWriter;
  readonly #context: MediaContext;
  readonly #listener: MediaListener;
  readonly #waiting: MediaJob[] = [];
  readonly #inFlight = new InFlight(() => this.#pump());
  /** Media in flight of which no bytes have come, by when they were asked for. */
  readonly #unanswered = new Map<MediaJob, number>();
  #next = 0;
  #count = 0;
  #bytes = 0;
  /** Current limit of media in flight: it begins with one, and grows with each that comes. */
  #atOnce = 1;
  #reused = 0;
  #isHeld: boolean;
  #areRowsDone = false;
  /** Expected media whose content only the snapshot has. */
  #ofSnapshot = 0;
  /** While the server is full, the one medium that is asked for again and again; the others wait for it. */
  #scout: { readonly job: MediaJob; readonly found: Promise<void>; readonly report: () => void } | null = null;

  constructor(session: Session, writer: ArchiveWriter, context: MediaContext, listener: MediaListener) {
    this.#session = session;
    this.#writer = writer;
    this.#context = context;
    this.#listener = listener;
    this.#isHeld = context.pace.rowsFirst;
  }

  /** Media that are not in the file yet. */
  get length(): number {
    return this.#waiting.length - this.#next + this.#inFlight.count;
  }

  /** Whether a medium is expected whose content only the session's snapshot has. */
  get needsSnapshot(): boolean {
    return this.#ofSnapshot > 0;
  }

  add(job: MediaJob): void {
    if (isOfSnapshot(job.handle)) this.#ofSnapshot++;
    this.#waiting.push(job);
    this.#pump();
  }

  /** Notes that all rows are read: media need not wait for rows any more. */
  rowsAreDone(): void {
    this.#areRowsDone = true;
    this.#isHeld = false;
    this.#pump();
  }

  /** Waits if there are so many media that rows must pause. */
  async makeRoom(): Promise<void> {
    if (this.#isHeld && this.length > WAITING.after) {
      this.#isHeld = false;
      this.#pump();
    }
    if (!this.#isHeld) await this.#inFlight.until(() => this.#isHeld || this.length <= WAITING.beside);
  }

  /**
   * Waits until all media are settled.
   * @throws the error that ended the connection, or the disk's error
   */
  async settle(): Promise<void> {
    await this.#inFlight.until(() => this.length === 0);
  }

  /** Starts no more, and waits for those in flight; failures are not reported again. */
  async stop(): Promise<void> {
    await this.#inFlight.stop();
  }

  #pump(): void {
    const mean = this.#count === 0 ? FIRST_MEAN_BYTES : Math.max(1, this.#bytes / this.#count);
    const most = Math.min(this.#context.pace.media, Math.max(2, Math.floor(BYTES_IN_FLIGHT / mean)));
    while (this.#inFlight.isOpen && !this.#isHeld && this.#inFlight.count < Math.min(most, this.#atOnce)) {
      if (!this.#areRowsDone && this.#isSlow) return;
      const job = this.#waiting[this.#next];
      if (job === undefined) return;
      this.#next++;
      if (this.#next > 1_000) {
        this.#waiting.splice(0, this.#next);
        this.#next = 0;
      }
      this.#inFlight.add(this.#fetch(job));
    }
  }

  /** Whether the server makes a medium wait. */
  get #isSlow(): boolean {
    const [oldest] = this.#unanswered.values();
    return oldest !== undefined && this.#context.clock.monotonic() - oldest > AT_ONCE_MS;
  }

  async #fetch(job: MediaJob): Promise<void> {
    const receipt = this.#writer.media.receive(job.id);
    const attempt = () => this.#attempt(job, receipt);
    try {
      if (this.#reuse(job, receipt)) return await this.#breathe();
      await patiently("fetching a medium", attempt, this.#context, PATIENCE.medium);
    } catch (error) {
      if (error === AFTER_ROWS) return void this.#waiting.splice(this.#next, 0, job);
      if (error === STOPPED) return;
      // A failure of the connection, the snapshot or the disk is not the fault of this medium.
      const isOwn = isKind(error, ...MEDIUM_FAILURES) && !(isKind(error, "transaction") && this.#isInside(job));
      if (!isOwn || this.#session.connection.isOver) throw error;
      this.#giveUp(job, error);
    } finally {
      if (this.#scout?.job === job) this.#endScouting();
      receipt.discard();
    }
  }

  /** Takes a medium from an earlier backup if it is stored there and whole; otherwise it is fetched. */
  #reuse({ handle, ...job }: MediaJob, receipt: MediaReceipt): boolean {
    const { earlier } = this.#context;
    if (!earlier || handle.manager !== LASTING_MEDIA) return false;
    const sha256 = earlier.find(handle);
    if (sha256 === null) return false;
    let bytes: number | null;
    try {
      bytes = earlier.stay ? receipt.refer(sha256, earlier.bytes(sha256)) : copied(receipt, earlier, sha256);
    } catch (error) {
      // A page of the earlier file that cannot be read.
      if (!isKind(error, "file")) throw error;
      return false;
    }
    if (bytes === null) return false;
    this.#reused++;
    if (this.#scout?.job.id === job.id) this.#endScouting();
    this.#listener.reused(bytes);
    return true;
  }

  /** Lets other work run: thousands of media are taken without any wait. */
  async #breathe(): Promise<void> {
    if (this.#reused % REUSED_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
  }

  /** Media of split storage change under the same id: only inside the snapshot they are what its rows had. */
  #isInside({ handle }: MediaJob): boolean {
    return this.#session.transaction !== null && isOfSnapshot(handle);
  }

  async #attempt(job: MediaJob, receipt: MediaReceipt): Promise<void> {
    while (this.#scout !== null && this.#scout.job !== job) await this.#scout.found;
    if (!this.#inFlight.isOpen) throw STOPPED;
    const { connection, stack } = this.#session;
    if (connection.isOver) throw new ConnectionLostError("it is over");
    const began = this.#context.clock.monotonic();
    this.#unanswered.set(job, began);
    const sink = {
      begin: () => {
        this.#unanswered.delete(job);
        receipt.begin();
      },
      chunk: (bytes: Uint8Array) => receipt.chunk(bytes),
    };
    try {
      await fetchMedia(connection, job.handle, sink, this.#isInside(job) ? stack : undefined);
    } catch (error) {
      const isFull = isKind(error, "busy") && this.#context.clock.monotonic() - began >= FULL_AFTER_MS;
      throw isFull ? this.#full(job, error) : error;
    } finally {
      this.#unanswered.delete(job);
    }
    const bytes = receipt.store();
    this.#count++;
    this.#bytes += bytes;
    this.#atOnce++;
    if (isOfSnapshot(job.handle)) this.#ofSnapshot--;
    if (this.#scout?.job === job) this.#endScouting();
    this.#listener.stored(bytes);
  }

  /** The server has no free connection: media wait for rows, or until one of them gets through. */
  #full(job: MediaJob, cause: AnvilSqliteError): unknown {
    this.#atOnce = 1;
    if (!this.#areRowsDone) {
      this.#isHeld = true;
      return AFTER_ROWS;
    }
    if (this.#scout === null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#scout = { job, found: promise, report: resolve };
    }
    return serverFullError(cause);
  }

  #endScouting(): void {
    this.#scout?.report();
    this.#scout = null;
  }

  #giveUp(job: MediaJob, error: AnvilSqliteError): void {
    if (isOfSnapshot(job.handle)) this.#ofSnapshot--;
    const code = error.code === "media-gone" ? "media-gone" : "media-failed";
    const warning = { code, table: job.table, column: job.column, row: job.row, message: error.message };
    this.#writer.transaction(() => {
      this.#writer.media.setFailed(job.id);
      this.#writer.addWarnings([warning]);
    });
    this.#listener.failed(warning);
  }
}

/** Manager of the media of split storage. Media of classic storage get a new id with each change. */
const SPLIT_MEDIA = "table-media-s";

/** Whether a medium's id may name another content later. */
function isOfSnapshot({ manager }: MediaHandle): boolean {
  return manager === SPLIT_MEDIA;
}

/** Copies bytes; null when they do not fit their hash. */
function copied(receipt: MediaReceipt, earlier: EarlierMedia, sha256: string): number | null {
  receipt.begin();
  for (const piece of earlier.bytes(sha256)) receipt.chunk(piece);
  return receipt.storeAs(sha256);
}
