/**
 * Reads media back from the app, several at once, and compares the hash of their bytes with the archive's. It never
 * holds a whole medium in memory.
 */
import { isKind } from "../../errors.ts";
import type { StoredMedium } from "../../archive/media/media_reader.ts";
import type { MediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia, MEDIUM_FAILURES } from "../../tables/fetch_media.ts";
import type { Connection } from "../../uplink/connection.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { HashSink } from "../job/hash_sink.ts";
import type { Difference, DifferenceList } from "./difference_list.ts";

/** Most media and bytes in flight. */
const AT_MOST = { count: 32, bytes: 32_000_000 } as const;

/** A medium to be compared. */
interface MediaCheck {
  readonly handle: MediaHandle;
  readonly wanted: StoredMedium;
  /** The difference to report when the bytes are others. */
  readonly difference: Difference;
}

/** Compares media that were uploaded with those of the archive. */
export class MediaProof {
  readonly #connection: Connection;
  readonly #patience: Patience;
  readonly #list: DifferenceList;
  readonly #waiting: MediaCheck[] = [];
  readonly #inFlight = new InFlight(() => this.#pump());

  constructor(connection: Connection, patience: Patience, list: DifferenceList) {
    this.#connection = connection;
    this.#patience = patience;
    this.#list = list;
  }

  add(check: MediaCheck): void {
    this.#waiting.push(check);
    this.#pump();
  }

  /** Waits until no more than `length` media are left. */
  async settleTo(length: number): Promise<void> {
    await this.#inFlight.until(() => this.#waiting.length + this.#inFlight.count <= length);
  }

  /** Starts no more, and waits for those in flight. */
  async stop(): Promise<void> {
    await this.#inFlight.stop();
  }

  #pump(): void {
    while (this.#inFlight.isOpen) {
      const [check] = this.#waiting;
      if (check === undefined || !this.#inFlight.hasRoom(AT_MOST, check.wanted.length)) return;
      this.#waiting.shift();
      this.#inFlight.add(this.#compare(check), check.wanted.length);
    }
  }

  async #compare({ handle, wanted, difference }: MediaCheck): Promise<void> {
    const sink = new HashSink();
    try {
      await patiently(
        "reading a medium back",
        () => fetchMedia(this.#connection, handle, sink),
        this.#patience,
        PATIENCE.medium,
      );
    } catch (error) {
      if (!isKind(error, ...MEDIUM_FAILURES) || this.#connection.isOver) throw error;
      const reason = error instanceof RemoteError ? error.remoteMessage : error.message;
      return this.#list.add({ ...difference, message: `${difference.message} (${reason})` });
    }
    this.#list.media++;
    this.#list.mediaBytes += sink.length;
    if (sink.length !== wanted.length || sink.digest() !== wanted.sha256) this.#list.add(difference);
  }
}
