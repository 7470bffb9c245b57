/**
 * Reads media back from the app, several at once, and compares the hash of their bytes with the archive's.
 * No medium is held in memory.
 */
import { createHash, type Hash } from "node:crypto";
import { backoffMs } from "../../uplink/backoff.ts";
import type { StoredMedium } from "../../archive/media/media_reader.ts";
import { type Clock, pause } from "../../clock.ts";
import type { MediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia } from "../../tables/fetch_media.ts";
import type { Connection } from "../../uplink/connection.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import type { Difference, DifferenceList } from "./difference_list.ts";

/** In flight at most, while media are small. */
const IN_FLIGHT = 32;
/** Bytes in flight at most; one medium may always be. */
const BYTES_IN_FLIGHT = 32_000_000;
const TRIES = 4;

/** A medium to be compared. */
interface MediaCheck {
  readonly handle: MediaHandle;
  readonly wanted: StoredMedium;
  /** The difference to be told when the bytes are others. */
  readonly difference: Difference;
}

/** Compares media. */
export class MediaProof {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #list: DifferenceList;
  readonly #waiting: MediaCheck[] = [];
  readonly #tasks = new Set<Promise<void>>();
  #bytesInFlight = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(connection: Connection, clock: Clock, list: DifferenceList) {
    this.#connection = connection;
    this.#clock = clock;
    this.#list = list;
  }

  add(check: MediaCheck): void {
    this.#waiting.push(check);
    this.#pump();
  }

  /** Waits until no more than `length` media are left. */
  async settleTo(length: number): Promise<void> {
    while (this.#failure === null && this.#waiting.length + this.#tasks.size > length) await Promise.race(this.#tasks);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Starts no more, and waits for what is in flight. */
  async stop(): Promise<void> {
    this.#failure ??= { error: null };
    await Promise.all(this.#tasks);
  }

  #pump(): void {
    while (this.#failure === null && this.#tasks.size < IN_FLIGHT) {
      const [check] = this.#waiting;
      const bytes = check?.wanted.length ?? 0;
      if (check === undefined || this.#tasks.size > 0 && this.#bytesInFlight + bytes > BYTES_IN_FLIGHT) return;
      this.#waiting.shift();
      this.#bytesInFlight += bytes;
      const task = this.#compare(check)
        .catch((error: unknown) => void (this.#failure ??= { error }))
        .finally(() => {
          this.#tasks.delete(task);
          this.#bytesInFlight -= bytes;
          this.#pump();
        });
      this.#tasks.add(task);
    }
  }

  async #compare({ handle, wanted, difference }: MediaCheck): Promise<void> {
    for (let attempt = 1;; attempt++) {
      const sink = new HashSink();
      try {
        await fetchMedia(this.#connection, handle, sink);
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        if (error.exitCode === 1 && attempt < TRIES) {
          await pause(this.#clock, backoffMs(attempt));
          continue;
        }
        return this.#list.add({ ...difference, message: `${difference.message} (${error.remoteMessage})` });
      }
      this.#list.media++;
      this.#list.mediaBytes += sink.length;
      if (sink.length !== wanted.length || sink.digest() !== wanted.sha256) this.#list.add(difference);
      return;
    }
  }
}

class HashSink {
  #hash: Hash = createHash("sha256");
  length = 0;

  begin(): void {
    this.#hash = createHash("sha256");
    this.length = 0;
  }

  chunk(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.length += bytes.length;
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}
