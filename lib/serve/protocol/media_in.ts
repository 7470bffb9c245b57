/**
 * Media that clients send: announced by a CALL, then chunk by chunk. Bytes beyond a few MiB wait in a temporary file. A
 * call that needs a medium waits here for its last chunk. It stores nothing in the archive.
 */
import { createHash } from "node:crypto";
import { BLOB_CHUNK_BYTES } from "../../ddl/catalogue_tables.ts";
import type { Clock } from "../../clock.ts";
import { CallError, opaqueError } from "./errors.ts";

/** Bytes of one medium held in memory. */
const MEMORY_BYTES = 4 * BLOB_CHUNK_BYTES;
/** A medium fails if no bytes of it arrive for this long. Source: the protocol's section 4. */
const CHUNK_WAIT_MS = 60_000;

/** A medium whose bytes have all arrived. */
export interface ReceivedMedia {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly length: number;
  /** Its bytes, in pieces of at most 1 MiB; can be read once. */
  pieces(): Iterable<Uint8Array>;
}

/** One medium whose bytes are arriving. */
export class IncomingMedia {
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown) => void;
  readonly #hash = createHash("sha256");
  readonly #arrived: Promise<ReceivedMedia>;
  #resolve: (media: ReceivedMedia) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #cancelTimeout: () => void = () => {};
  #length = 0;
  #parts: Uint8Array[] = [];
  #spool: { readonly path: string; readonly file: Deno.FsFile } | null = null;
  #over = false;

  /** @param onProblem receives errors of which the caller sees only a code */
  constructor(clock: Clock, onProblem: (error: unknown) => void) {
    this.#clock = clock;
    this.#onProblem = onProblem;
    this.#arrived = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A call that fails before it needs its media never waits for them.
    this.#arrived.catch(() => {});
    this.#awaitChunk();
  }

  /** Resolves with the last chunk. */
  get arrived(): Promise<ReceivedMedia> {
    return this.#arrived;
  }

  /** Takes a chunk. */
  chunk(bytes: Uint8Array, last: boolean): void {
    if (this.#over) return;
    this.#cancelTimeout();
    this.#hash.update(bytes);
    this.#length += bytes.length;
    this.#parts.push(bytes);
    if (this.#length > MEMORY_BYTES && !this.#spooled()) return;
    if (!last) return this.#awaitChunk();
    this.#over = true;
    const sha256 = this.#hash.digest("hex");
    this.#resolve({ sha256, length: this.#length, pieces: () => this.#pieces() });
  }

  /** Fails the medium: all calls that wait for it get this error. */
  fail(error: CallError): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimeout();
    this.discard();
    this.#reject(error);
  }

  /** Frees what it holds. */
  discard(): void {
    this.#cancelTimeout();
    this.#over = true;
    this.#parts = [];
    const spool = this.#spool;
    this.#spool = null;
    if (spool === null) return;
    spool.file.close();
    Deno.removeSync(spool.path);
  }

  #awaitChunk(): void {
    this.#cancelTimeout = this.#clock.after(CHUNK_WAIT_MS, () => {
      this.fail(new CallError("anvil.server.TimeoutError", "Timed out waiting for a Media object to arrive"));
    });
  }

  /** Moves what has arrived to the disk. If the disk is full, only this medium fails. */
  #spooled(): boolean {
    try {
      this.#spoolParts();
      return true;
    } catch (error) {
      this.#onProblem(error);
      this.fail(opaqueError());
      return false;
    }
  }

  #spoolParts(): void {
    if (this.#spool === null) {
      const path = Deno.makeTempFileSync({ prefix: "anvil-sqlite-media-" });
      this.#spool = { path, file: Deno.openSync(path, { read: true, write: true }) };
    }
    for (const part of this.#parts) {
      for (let at = 0; at < part.length;) at += this.#spool.file.writeSync(part.subarray(at));
    }
    this.#parts = [];
  }

  *#pieces(): Iterable<Uint8Array> {
    if (this.#spool === null) {
      const whole = joined(this.#parts, this.#length);
      for (let at = 0; at < whole.length; at += BLOB_CHUNK_BYTES) yield whole.subarray(at, at + BLOB_CHUNK_BYTES);
      return;
    }
    const { file } = this.#spool;
    file.seekSync(0, Deno.SeekMode.Start);
    for (let left = this.#length; left > 0;) {
      const piece = new Uint8Array(Math.min(left, BLOB_CHUNK_BYTES));
      for (let filled = 0; filled < piece.length;) filled += file.readSync(piece.subarray(filled)) ?? 0;
      left -= piece.length;
      yield piece;
    }
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
