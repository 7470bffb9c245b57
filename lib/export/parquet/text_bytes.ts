/**
 * Texts of a column as UTF-8 for the writer, which would otherwise encode them one by one. Pure.
 */
import type { ParquetValue } from "./parquet_column.ts";

/** Texts that are compared to find out whether they repeat. */
const SAMPLE = 500;

/** If this share of them differs, the writer makes no dictionary (it wants one distinct byte in two). */
const MOSTLY = 0.9;

/** Bytes of UTF-8 that a character of a JavaScript string takes at most. */
const MOST_BYTES = 3;

/** Encodes a column of texts, group after group, into one buffer. */
export class TextBytes {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(0);

  /**
   * Texts and nulls as bytes, which are valid until the next call. They stay strings if texts repeat, since the writer
   * finds equal strings faster than equal bytes.
   */
  encode(values: ParquetValue[]): (ParquetValue | Uint8Array)[] {
    if (repeats(values)) return values;
    const whole = values.map((value) => value ?? "").join("");
    // Half of a character at the end of one text would join with the other half at the beginning of the next.
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
    // A pair takes four bytes, so half of it counts two.
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
