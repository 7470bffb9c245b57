/**
 * A growing run of bytes with the few pieces that canonical forms are made of. Big-endian throughout.
 * It knows neither rows nor hashes.
 */

/** Strings up to this length are copied by a loop when they are ASCII; beyond it a call to the encoder is cheaper. */
const SHORT_TEXT = 48;
const encoder = new TextEncoder();

/** Bytes being written. */
export class ByteBuffer {
  #bytes = new Uint8Array(65_536);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Forgets everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Overwrites four bytes that were written before. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** One ASCII character. */
  tag(character: string): void {
    this.byte(character.charCodeAt(0));
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** Decimal digits of an unsigned 64-bit integer. */
  u64(digits: string): void {
    this.#reserve(8);
    if (digits.length < 16) {
      const value = Number(digits);
      this.#view.setUint32(this.#length, Math.floor(value / 0x1_0000_0000));
      this.#view.setUint32(this.#length + 4, value >>> 0);
    } else {
      this.#view.setBigUint64(this.#length, BigInt(digits));
    }
    this.#length += 8;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** Bytes given in hexadecimal. */
  hex(text: string): void {
    for (let i = 0; i < text.length; i += 2) this.byte(parseInt(text.slice(i, i + 2), 16));
  }

  /** A tag, then {@link bareText}. */
  text(tag: string, text: string): void {
    this.tag(tag);
    this.bareText(text);
  }

  /** Number of UTF-8 bytes as u32, then the bytes. */
  bareText(text: string): void {
    this.#reserve(4 + text.length * 3);
    const start = this.#length + 4;
    let at = start;
    if (text.length <= SHORT_TEXT) {
      const bytes = this.#bytes;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) return this.#encode(text, start);
        bytes[at++] = code;
      }
      this.#view.setUint32(this.#length, at - start);
      this.#length = at;
      return;
    }
    this.#encode(text, start);
  }

  #encode(text: string, start: number): void {
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start));
    this.#view.setUint32(this.#length, written);
    this.#length = start + written;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
