/**
 * One call that waits for its reply: the reply itself, then the media that it announced, chunk by chunk. It owns no
 * socket and no timer; the connection passes frames in.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { WireObject } from "./wire_object.ts";
import type { Reply } from "./reply.ts";
import { protocolError } from "./uplink_errors.ts";

/** Receives the media of a reply, synchronously: so a slow writer also slows the reading of the socket. */
export interface MediaSink {
  /** A medium was announced; `entry` has `mime-type` and `name`. */
  begin(entry: WireObject): void;
  /** The next bytes. They and their buffer belong to the sink. */
  chunk(bytes: Uint8Array): void;
}

/** The header of a chunk, which comes before its bytes. */
export interface ChunkHeader {
  readonly mediaId: string;
  /** Place of the chunk in its medium, from 0; null if the header does not say. */
  readonly index: number | null;
  readonly last: boolean;
}

/** A call in flight. */
export class PendingCall {
  readonly command: string;
  /** Whether its reply announces no media. */
  readonly plain: boolean;
  readonly reply: Promise<Reply>;
  /** When it was made, on the monotonic clock. */
  readonly sentAt: number;
  readonly #sink: MediaSink | null;
  /** Number of chunks that have come, by the id of each unfinished medium. */
  readonly #openMedia = new Map<string, number>();
  #received: Reply | null = null;
  #touchedAt: number;
  #resolve: (reply: Reply) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(command: string, now: number, sink: MediaSink | undefined, plain = false) {
    this.command = command;
    this.plain = plain;
    this.sentAt = now;
    this.#touchedAt = now;
    this.#sink = sink ?? null;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // The caller may be gone when the connection fails; the connection itself reports the failure.
    this.reply.catch(() => {});
  }

  /** When anything of this call was last sent or received, on the monotonic clock. */
  get touchedAt(): number {
    return this.#touchedAt;
  }

  /** Whether the reply has come and only its media are missing. */
  get awaitsMedia(): boolean {
    return this.#received !== null;
  }

  touch(now: number): void {
    this.#touchedAt = now;
  }

  /** Takes the reply; true when nothing more will come. */
  receive(reply: Reply): boolean {
    this.#received = reply;
    if (this.plain) return this.#finishIfWhole();
    for (const entry of reply.objects) {
      if (entry.type[0] !== "DataMedia") continue;
      this.#openMedia.set(String(entry["id"]), 0);
      this.#sink?.begin(entry);
    }
    return this.#finishIfWhole();
  }

  /**
   * Takes one chunk; true when it was the last of the last medium.
   * @throws {AnvilSqliteError} `media-length` when an earlier one is missing
   */
  receiveChunk({ mediaId, index, last }: ChunkHeader, bytes: Uint8Array): boolean {
    const count = this.#openMedia.get(mediaId);
    if (count === undefined) throw protocolError("a chunk of media that was not announced");
    if (index !== null && index !== count) throw chunkMissing(index, count);
    this.#openMedia.set(mediaId, count + 1);
    if (bytes.length > 0) this.#sink?.chunk(bytes);
    if (last) this.#openMedia.delete(mediaId);
    return this.#finishIfWhole();
  }

  fail(error: unknown): void {
    this.#reject(error);
  }

  #finishIfWhole(): boolean {
    if (this.#received === null || this.#openMedia.size > 0) return false;
    this.#resolve(this.#received);
    return true;
  }
}

function chunkMissing(index: number, wanted: number): AnvilSqliteError {
  return new AnvilSqliteError(`The server sent chunk ${index} of a medium in place of chunk ${wanted}`, {
    code: "media-length",
  });
}
