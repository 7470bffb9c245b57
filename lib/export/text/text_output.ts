/**
 * Text as UTF-8 to a sink, in large pieces. It knows nothing of formats.
 */
import type { ByteSink } from "../../place/partial_file.ts";

/** Characters that are collected before they become bytes: few, so that V8 frees them while they are young. */
const PIECE = 1 << 14;

/** Bytes that are collected before they are written. */
const BUFFER = 1 << 20;

/** Writes text to a sink. */
export class TextOutput {
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();
  readonly #bytes = new Uint8Array(BUFFER);
  #used = 0;
  // Joined when they become bytes: a string that grows step by step costs three times as much to encode.
  #texts: string[] = [];
  #length = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  put(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) this.#encode();
  }

  /** Writes what was collected. */
  flush(): void {
    this.#encode();
    this.#write();
  }

  #encode(): void {
    let text = this.#texts.join("");
    this.#texts = [];
    this.#length = 0;
    for (;;) {
      const { read, written } = this.#encoder.encodeInto(text, this.#bytes.subarray(this.#used));
      this.#used += written;
      if (read === text.length) return;
      this.#write();
      text = text.slice(read);
    }
  }

  #write(): void {
    if (this.#used > 0) this.#sink.write(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}
