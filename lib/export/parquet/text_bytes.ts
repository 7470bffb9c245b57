/** Texts of a column as UTF-8 for the writer, which would otherwise encode them one by one. Pure. */
import type { ParquetValue } from "./parquet_column.ts";

/** Texts looked at to find out whether they repeat. */
const SAMPLE = 500;

/** Of these so many have to differ: the writer makes no dictionary then (it wants one distinct byte in two). */
const MOSTLY = 0.9;

/** Bytes of UTF-8 that a character of a JavaScript string takes at most. */
const MOST_BYTES = 3;

/** Encodes a column of texts, group after group, into one buffer. */
export class TextBytes {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(0);

  /**
   * Texts and nulls as bytes, which are good until the next call; as they are when texts repeat, since the writer finds
   * equal strings faster than equal bytes.
   */
  encode(values: ParquetValue[]): (ParquetValue | Uint8Array)[] {
    if (repeats(values)) return values;
    const whole = values.map((value) => value ?? "").join("");
    // Halves of a character at the end of one text and the beginning of the next would become one.
    if (!whole.isWellFormed()) return values;
    const most = MOST_BYTES * whole.length;
    if (this.#buffer.length < most) this.#buffer = new Uint8Array(most);
    const { written } = this.#encoder.encodeInto(whole, this.#buffer);
    const lengthOf = written === whole.length ? (text: string) => text.length : byteLength;
    let at = 0;
    return values.map((value) => typeof value === "string" ? this.#buffer.subarray(at, at += lengthOf(value)) : null);
  }
}

/** Bytes of UTF-8 that a text takes. */
function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Half of a pair, which takes four bytes together, counts two.
    if (code > 0x7f) bytes += code < 0x800 || code >= 0xd800 && code < 0xe000 ? 1 : 2;
  }
  return bytes;
}

function repeats(values: readonly ParquetValue[]): boolean {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const seen = new Set<ParquetValue>();
  let looked = 0;
  for (let i = 0; i < values.length; i += step, looked++) seen.add(values[i] ?? null);
  return seen.size < looked * MOSTLY;
}
