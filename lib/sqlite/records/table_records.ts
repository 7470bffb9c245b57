/**
 * The records of one table by ascending rowid, as bytes (sqlite.org/fileformat2.html, section 1.6). It knows no values
 * and only reads. What is not as it should be throws an `OddFile`.
 */
import { OddFile, type PageFile } from "./page_file.ts";

const LEAF = 13;
const INNER = 5;
/** Deeper trees would have more pages than a file may have. */
const MAX_DEPTH = 20;
/** Longer records are left to SQLite. */
const MAX_RECORD = 1_000_000;

/** An inner page, and its next child. */
interface Inner {
  readonly bytes: Uint8Array;
  readonly cells: number;
  next: number;
}

/** A walk over a table. */
export class TableRecords {
  /** Rowid of the current record; null after the last. */
  rowid: number | null = null;
  /** The bytes with the record, from {@link start} to {@link end}; valid until the next call of {@link advance}. */
  bytes: Uint8Array;
  start = 0;
  end = 0;
  readonly #pages: PageFile;
  readonly #inner: Inner[] = [];
  /** The page of the record: its place in the file's bytes, its cells, and which is next. */
  #leaf = 0;
  #leafPage = 0;
  #cells = 0;
  #next = 0;
  /** The place after the last byte that {@link #varint} has read. */
  #at = 0;

  /**
   * @param root number of the table's first page
   * @param from first rowid to read; it need not exist
   */
  constructor(pages: PageFile, root: number, from = 0) {
    this.#pages = pages;
    this.bytes = pages.bytes;
    this.#descend(root, from);
    this.advance();
    while (this.rowid !== null && this.rowid < from) this.advance();
  }

  /** Goes to the next record. */
  advance(): void {
    while (this.#next >= this.#cells) {
      if (!this.#nextLeaf()) {
        this.rowid = null;
        return;
      }
    }
    const page = this.#pages.bytes;
    const pointer = this.#leaf + 8 + 2 * this.#next++;
    const cell = (page[pointer] ?? 0) << 8 | (page[pointer + 1] ?? 0);
    if (cell >= this.#pages.usable) throw new OddFile("a cell beyond its page");
    const size = this.#varint(page, this.#leaf + cell);
    const rowid = this.#varint(page, this.#at);
    if (this.rowid !== null && rowid <= this.rowid) throw new OddFile("rows out of order");
    this.rowid = rowid;
    const most = this.#pages.usable - 35;
    if (size <= most) {
      this.bytes = page;
      this.start = this.#at;
      this.end = this.#at + size;
      if (this.end > this.#leaf + this.#pages.usable) throw new OddFile("a record beyond its page");
    } else {
      this.#gather(size, most);
    }
  }

  /** Goes down to the first leaf below a page that may have a rowid of `from` or higher. */
  #descend(page: number, from = 0): void {
    for (let number = page;;) {
      if (this.#inner.length > MAX_DEPTH) throw new OddFile("a tree too deep");
      const at = this.#pages.load(number);
      const bytes = this.#pages.bytes;
      const cells = (bytes[at + 3] ?? 0) << 8 | (bytes[at + 4] ?? 0);
      if (bytes[at] === LEAF) {
        this.#leaf = at;
        this.#leafPage = number;
        this.#cells = cells;
        this.#next = 0;
        return;
      }
      if (bytes[at] !== INNER) throw new OddFile(`page ${number} is not of a table`);
      const inner = { bytes: bytes.slice(at, at + this.#pages.pageBytes), cells, next: 0 };
      this.#inner.push(inner);
      // No rowid in a child is above the child's key.
      while (inner.next < cells && this.#varint(inner.bytes, cellAt(inner.bytes, inner.next) + 4) < from) inner.next++;
      number = child(inner);
    }
  }

  #nextLeaf(): boolean {
    for (;;) {
      const inner = this.#inner.at(-1);
      if (inner === undefined) return false;
      if (inner.next > inner.cells) {
        this.#inner.pop();
        continue;
      }
      this.#descend(child(inner));
      return true;
    }
  }

  /** Joins a record whose end is in pages of its own. */
  #gather(size: number, most: number): void {
    if (size > MAX_RECORD) throw new OddFile("a long record");
    const { usable } = this.#pages;
    const least = Math.floor((usable - 12) * 32 / 255) - 23;
    const wanted = least + (size - least) % (usable - 4);
    const here = wanted <= most ? wanted : least;
    const bytes = new Uint8Array(size);
    const at = this.#at;
    if (at + here + 4 > this.#leaf + usable) throw new OddFile("a record beyond its page");
    bytes.set(this.#pages.bytes.subarray(at, at + here));
    let page = u32(this.#pages.bytes, at + here);
    for (let filled = here; filled < size;) {
      if (page === this.#leafPage) throw new OddFile("a record in a circle");
      const more = this.#pages.copy(page);
      const part = more.subarray(4, 4 + Math.min(usable - 4, size - filled));
      bytes.set(part, filled);
      filled += part.length;
      page = u32(more, 0);
    }
    this.bytes = bytes;
    this.start = 0;
    this.end = size;
  }

  /** A number of up to eight bytes; larger and negative ones throw an {@link OddFile}. */
  #varint(bytes: Uint8Array, from: number): number {
    let value = 0;
    for (let at = from; at < from + 8; at++) {
      const byte = bytes[at] ?? 0;
      value = value * 128 + (byte & 127);
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        this.#at = at + 1;
        return value;
      }
    }
    throw new OddFile("a large number");
  }
}

function child(inner: Inner): number {
  const at = inner.next++;
  if (at === inner.cells) return u32(inner.bytes, 8);
  return u32(inner.bytes, cellAt(inner.bytes, at));
}

/** Where a cell of an inner page is. */
function cellAt(bytes: Uint8Array, index: number): number {
  const pointer = 12 + 2 * index;
  return (bytes[pointer] ?? 0) << 8 | (bytes[pointer + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24 | (bytes[at + 1] ?? 0) << 16 | (bytes[at + 2] ?? 0) << 8 | (bytes[at + 3] ?? 0)) >>> 0;
}
