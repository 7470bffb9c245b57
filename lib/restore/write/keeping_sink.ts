/**
 * Receives a medium and keeps its bytes in pieces, with their hash.
 */
import { HashSink } from "../job/hash_sink.ts";

/** Receives bytes and keeps them. */
export class KeepingSink {
  readonly #hash = new HashSink();
  #pieces: Uint8Array[] = [];

  begin(): void {
    this.#hash.begin();
    this.#pieces = [];
  }

  chunk(bytes: Uint8Array): void {
    this.#hash.chunk(bytes);
    this.#pieces.push(bytes.slice());
  }

  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  digest(): string {
    return this.#hash.digest();
  }
}
