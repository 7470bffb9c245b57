/**
 * Text as UTF-8 to a sink, in large pieces. It knows nothing of formats.
 */
import type { ByteSink } from "../../place/partial_file.ts";

/** Characters gathered before they are written. */
const PIECE = 1 << 17;

/** Writes text. */
export class TextOutput {
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();
  #text = "";

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  put(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE) this.flush();
  }

  /** Writes what is gathered. */
  flush(): void {
    if (this.#text === "") return;
    this.#sink.write(this.#encoder.encode(this.#text));
    this.#text = "";
  }
}
