/**
 * Whether a cell of a record is a text that repeats the record's own rowid between two brackets, as a row id does. Pure.
 */
import type { RecordCells } from "./record_cells.ts";

const ZERO = 48;
const CLOSING = 93;

/** A cell that should contain its rowid. */
export class NumberedText {
  readonly #place: number;
  readonly #before: Uint8Array;

  /**
   * @param place of the cell in records
   * @param before the text in front of the number; behind it is `]`
   */
  constructor(place: number, before: string) {
    this.#place = place;
    this.#before = new TextEncoder().encode(before);
  }

  /** Whether the cell contains this number, in digits without a zero in front. */
  says(row: number, { types, starts, bytes }: RecordCells): boolean {
    const [start, end] = [starts[this.#place] ?? 0, starts[this.#place + 1] ?? 0];
    const before = this.#before;
    const digits = start + before.length;
    if ((types[this.#place] ?? 0) % 2 === 0 || digits >= end - 1 || bytes[end - 1] !== CLOSING) return false;
    for (let i = 0; i < before.length; i++) if (bytes[start + i] !== before[i]) return false;
    let number = 0;
    for (let at = digits; at < end - 1; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return false;
      number = number * 10 + digit;
    }
    return number === row && (digits === end - 2 || bytes[digits] !== ZERO);
  }
}
