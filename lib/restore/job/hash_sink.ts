/**
 * Receives a medium and keeps nothing but the hash and the length of its bytes.
 */
import { createHash, type Hash } from "node:crypto";

/** Receives bytes and hashes them. */
export class HashSink {
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
