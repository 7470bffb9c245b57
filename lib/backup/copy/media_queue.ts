/**
 * Fetches media while rows are still being read: many small ones in flight, few large ones.
 * One at a time would cost a round trip each, and 40 ms more on a real server (its small frames wait for an ACK).
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import type { ArchiveWarning } from "../../archive/catalogue/catalogue.ts";
import type { MediaReceipt } from "../../archive/media/media_store.ts";
import { type AnvilSqliteError, isKind } from "../../errors.ts";
import type { MediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia, MEDIUM_FAILURES } from "../../tables/fetch_media.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import type { Connection } from "../../uplink/connection.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { ConnectionLostError } from "../../uplink/uplink_errors.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";

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

/**
 * In flight at most, while media are small. On a real server 32 and 64 are equally fast without latency; with a round
 * trip of 20 ms, 32 would be what limits.
 */
const MAX_IN_FLIGHT = 64;
/** Bytes expected in flight at most, by the mean size so far: the server holds them, and so may the network. */
const BYTES_IN_FLIGHT = 32_000_000;
/** Size of a medium before any was seen. */
const FIRST_MEAN_BYTES = 500_000;

/** What the queue reports. */
interface MediaListener {
  /** A medium is in the file; `bytes` is its length. */
  stored(bytes: number): void;
  /** A medium could not be had; it is recorded as failed. */
  failed(warning: ArchiveWarning): void;
}

/** Fetches media in the order in which they are added. */
export class MediaQueue {
  readonly #connection: Connection;
  readonly #writer: ArchiveWriter;
  readonly #patience: Patience;
  readonly #listener: MediaListener;
  readonly #waiting: MediaJob[] = [];
  readonly #inFlight = new InFlight(() => this.#pump());
  #next = 0;
  #count = 0;
  #bytes = 0;

  constructor(connection: Connection, writer: ArchiveWriter, patience: Patience, listener: MediaListener) {
    this.#connection = connection;
    this.#writer = writer;
    this.#patience = patience;
    this.#listener = listener;
  }

  /** Media that are not in the file yet. */
  get length(): number {
    return this.#waiting.length - this.#next + this.#inFlight.count;
  }

  add(job: MediaJob): void {
    this.#waiting.push(job);
    this.#pump();
  }

  /**
   * Waits until no more than `length` media are left.
   * @throws whatever ended the connection, or the disk's error
   */
  async settleTo(length: number): Promise<void> {
    await this.#inFlight.until(() => this.length <= length);
  }

  /** Starts no more, and waits for what is in flight; failures are not told again. */
  async stop(): Promise<void> {
    await this.#inFlight.stop();
  }

  #pump(): void {
    const mean = this.#count === 0 ? FIRST_MEAN_BYTES : Math.max(1, this.#bytes / this.#count);
    const limit = Math.max(2, Math.min(MAX_IN_FLIGHT, Math.floor(BYTES_IN_FLIGHT / mean)));
    while (this.#inFlight.isOpen && this.#inFlight.count < limit) {
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

  async #fetch(job: MediaJob): Promise<void> {
    const receipt = this.#writer.media.receive(job.id);
    try {
      await patiently("fetching a medium", () => this.#attempt(job, receipt), this.#patience, PATIENCE.medium);
    } catch (error) {
      // What befell the connection or the disk is no fault of this medium.
      if (!isKind(error, ...MEDIUM_FAILURES) || this.#connection.isOver) throw error;
      this.#giveUp(job, error);
    } finally {
      receipt.discard();
    }
  }

  async #attempt(job: MediaJob, receipt: MediaReceipt): Promise<void> {
    if (this.#connection.isOver) throw new ConnectionLostError("it is over");
    await fetchMedia(this.#connection, job.handle, receipt);
    const bytes = receipt.store();
    this.#count++;
    this.#bytes += bytes;
    this.#listener.stored(bytes);
  }

  #giveUp(job: MediaJob, error: AnvilSqliteError): void {
    const code = error.code === "media-gone" ? "media-gone" : "media-failed";
    const warning = { code, table: job.table, column: job.column, row: job.row, message: error.message };
    this.#writer.transaction(() => {
      this.#writer.media.setFailed(job.id);
      this.#writer.addWarnings([warning]);
    });
    this.#listener.failed(warning);
  }
}
