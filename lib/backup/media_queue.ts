/**
 * Fetches media while rows are still being read: many small ones in flight, few large ones.
 * One at a time would cost a round trip each, and 40 ms more on a real server (its small frames wait for an ACK).
 */
import type { ArchiveWriter } from "../archive/archive_writer.ts";
import type { ArchiveWarning } from "../archive/catalogue.ts";
import type { MediaReceipt } from "../archive/media_store.ts";
import { type Clock, pause } from "../clock.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { MediaHandle } from "../tables/cell_codec.ts";
import { fetchMedia, isMediaGone } from "../tables/fetch_media.ts";
import type { Connection } from "../uplink/connection.ts";
import { RemoteError } from "../uplink/uplink_errors.ts";
import { backoffMs } from "./backoff.ts";

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

/** In flight at most, while media are small; more gained nothing on a real server. */
const MAX_IN_FLIGHT = 32;
/** Bytes expected in flight at most, by the mean size so far: the server holds them, and so may the network. */
const BYTES_IN_FLIGHT = 32_000_000;
/** Size of a medium before any was seen. */
const FIRST_MEAN_BYTES = 500_000;
/** Tries of one medium that fails with an opaque internal error. */
const TRIES = 4;

/** What the queue reports. */
export interface MediaListener {
  /** A medium is in the file; `bytes` is its length. */
  stored(bytes: number): void;
  /** A medium could not be had; it is recorded as failed. */
  failed(warning: ArchiveWarning): void;
  retrying(attempt: number, waitMs: number, message: string): void;
}

/** Fetches media in the order in which they are added. */
export class MediaQueue {
  readonly #connection: Connection;
  readonly #writer: ArchiveWriter;
  readonly #clock: Clock;
  readonly #listener: MediaListener;
  readonly #waiting: MediaJob[] = [];
  #next = 0;
  #inFlight = 0;
  #count = 0;
  #bytes = 0;
  #failure: { readonly error: unknown } | null = null;
  #onChange: (() => void)[] = [];

  constructor(connection: Connection, writer: ArchiveWriter, clock: Clock, listener: MediaListener) {
    this.#connection = connection;
    this.#writer = writer;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Media that are not in the file yet. */
  get length(): number {
    return this.#waiting.length - this.#next + this.#inFlight;
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
    while (this.#failure === null && this.length > length) {
      await new Promise<void>((resolve) => this.#onChange.push(resolve));
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Starts no more, and waits for what is in flight; failures are not told again. */
  async stop(): Promise<void> {
    this.#failure ??= { error: null };
    while (this.#inFlight > 0) await new Promise<void>((resolve) => this.#onChange.push(resolve));
  }

  #pump(): void {
    const mean = this.#count === 0 ? FIRST_MEAN_BYTES : Math.max(1, this.#bytes / this.#count);
    const limit = Math.max(2, Math.min(MAX_IN_FLIGHT, Math.floor(BYTES_IN_FLIGHT / mean)));
    while (this.#failure === null && this.#inFlight < limit) {
      const job = this.#waiting[this.#next];
      if (job === undefined) return;
      this.#next++;
      if (this.#next > 1_000) this.#waiting.splice(0, this.#next), this.#next = 0;
      this.#inFlight++;
      this.#fetch(job)
        .catch((error: unknown) => this.#failure ??= { error })
        .finally(() => {
          this.#inFlight--;
          this.#pump();
          const told = this.#onChange;
          this.#onChange = [];
          for (const tell of told) tell();
        });
    }
  }

  async #fetch(job: MediaJob): Promise<void> {
    const receipt = this.#writer.media.receive(job.id);
    try {
      for (let attempt = 1;; attempt++) {
        const error = await this.#attempt(job, receipt);
        if (error === null) return;
        if (isMediaGone(error) || error.exitCode !== 1 || attempt >= TRIES) return this.#giveUp(job, error);
        const waitMs = backoffMs(attempt);
        this.#listener.retrying(attempt, waitMs, error.message);
        await pause(this.#clock, waitMs);
      }
    } finally {
      receipt.discard();
    }
  }

  /** One try: null when it worked, the server's refusal when it did not. Anything else is thrown. */
  async #attempt(job: MediaJob, receipt: MediaReceipt): Promise<RemoteError | null> {
    try {
      await fetchMedia(this.#connection, job.handle, receipt);
    } catch (error) {
      if (error instanceof RemoteError) return error;
      throw error;
    }
    const bytes = receipt.store();
    this.#count++;
    this.#bytes += bytes;
    this.#listener.stored(bytes);
    return null;
  }

  #giveUp(job: MediaJob, error: AnvilSqliteError): void {
    const code = isMediaGone(error) ? "media-gone" : "media-failed";
    const warning = { code, table: job.table, column: job.column, row: job.row, message: error.message };
    this.#writer.transaction(() => this.#writer.media.setFailed(job.id));
    this.#writer.warn([warning]);
    this.#listener.failed(warning);
  }
}
