/**
 * Where the cells of a record are, and whether the cells of two records are the same bytes
 * (sqlite.org/fileformat2.html, section 2.1). Cells of the same type and the same bytes have the same value; about
 * other cells it says nothing. Pure.
 */
import type { SqlValue } from "../sql_value.ts";

/** Bytes of the types below 12; types 10 and 11 are not used. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;
const FIRST_SIZED = 12;
const REAL = 7;
/** The type of the integer 0, which has no bytes; the type of 1 follows. */
const ZERO = 8;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Type of a cell longer than any record that is read here. */
const MOST_TYPE = 2 ** 30;

/** The cells of one record after the other. */
export class RecordCells {
  readonly types: Int32Array;
  /** Where each cell begins in {@link bytes}, and at last the end of the record. */
  readonly starts: Int32Array;
  bytes: Uint8Array = new Uint8Array();

  /** @param count columns of the table */
  constructor(count: number) {
    this.types = new Int32Array(count);
    this.starts = new Int32Array(count + 1);
  }

  /** Reads where cells are; false when the record has another number of columns. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    let at = start;
    let size = 0;
    for (let byte = 128; byte >= 128;) {
      byte = bytes[at++] ?? 0;
      size = size * 128 + (byte & 127);
    }
    const content = start + size;
    let next = content;
    const count = this.types.length;
    for (let i = 0; i < count; i++) {
      let type = 0;
      for (let byte = 128; byte >= 128;) {
        if (at >= content) return false;
        byte = bytes[at++] ?? 0;
        type = type * 128 + (byte & 127);
      }
      const length = type >= FIRST_SIZED ? (type - FIRST_SIZED) >>> 1 : SIZES[type];
      if (length === undefined || type > MOST_TYPE) return false;
      this.types[i] = type;
      this.starts[i] = next;
      next += length;
    }
    this.starts[count] = next;
    return at === content && next === end;
  }
}

/** The value of a cell, from the bytes of its record; text as SQLite's readers return it, up to a NUL. */
export function storedValue({ types, starts, bytes }: RecordCells, at: number): SqlValue {
  const type = types[at] ?? 0;
  const [start, end] = [starts[at] ?? 0, starts[at + 1] ?? 0];
  if (type === 0) return null;
  if (type >= FIRST_SIZED) {
    const content = bytes.subarray(start, end);
    if (type % 2 === 0) return content.slice();
    const nul = content.indexOf(0);
    return decoder.decode(nul < 0 ? content : content.subarray(0, nul));
  }
  if (type === REAL) return new DataView(bytes.buffer, bytes.byteOffset + start, 8).getFloat64(0);
  if (type > REAL) return BigInt(type - ZERO);
  if (type === 6) return new DataView(bytes.buffer, bytes.byteOffset + start, 8).getBigInt64(0);
  return BigInt(storedInteger(bytes, start, end));
}

/** An integer of up to six bytes. */
export function storedInteger(bytes: Uint8Array, start: number, end: number): number {
  let value = (bytes[start] ?? 0) << 24 >> 24;
  for (let at = start + 1; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** Whether a cell of one record has the same type and bytes as a cell of another. */
export function sameBytes(a: RecordCells, i: number, b: RecordCells, j: number): boolean {
  if (a.types[i] !== b.types[j]) return false;
  const end = a.starts[i + 1] ?? 0;
  const [one, other] = [a.bytes, b.bytes];
  for (let at = a.starts[i] ?? 0, to = b.starts[j] ?? 0; at < end; at++, to++) {
    if (one[at] !== other[to]) return false;
  }
  return true;
}
