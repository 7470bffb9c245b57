/**
 * How many bytes the rows of a table take as SQLite stores them, counted from what a reader sees of their cells. When a
 * table has more bytes than that, it holds something that no reader of text sees: what is behind a NUL. Pure.
 *
 * A record is the length of its header, a type for each column, and the columns' content
 * (sqlite.org/fileformat2.html, section 2.1).
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Counts the bytes of one table's records. */
export class RecordBytes {
  /** Bytes of all rows that have ended. */
  total = 0;
  #types = 0;
  #content = 0;

  /** A text of so many bytes. */
  text(bytes: number): void {
    // The type of a text of n bytes is 13 + 2n, which usually fits in a byte.
    this.#types += bytes < 58 ? 1 : varintBytes(13 + 2 * bytes);
    this.#content += bytes;
  }

  /** A cell that is not a text. */
  other(cell: Exclude<SqlValue, string>): void {
    if (cell instanceof Uint8Array) return this.text(cell.length);
    this.#types++;
    if (typeof cell === "number") this.#content += 8;
    else if (cell !== null) this.#content += integerBytes(Number(cell));
  }

  /** Ends a row, and adds its bytes to {@link total}. */
  end(): void {
    const length = varintBytes(this.#types + 1);
    this.total += this.#types + length + this.#content;
    this.#types = this.#content = 0;
  }
}

/** Bytes of an integer: 0 and 1 need none, since they are types of their own. */
function integerBytes(value: number): number {
  if (value === 0 || value === 1) return 0;
  const size = value < 0 ? -(value + 1) : value;
  if (size <= 0x7f) return 1;
  if (size <= 0x7fff) return 2;
  if (size <= 0x7f_ffff) return 3;
  if (size <= 0x7fff_ffff) return 4;
  return size <= 0x7fff_ffff_ffff ? 6 : 8;
}

function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
