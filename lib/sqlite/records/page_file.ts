/**
 * The pages of a SQLite file, as they are on the disk (sqlite.org/fileformat2.html, section 1). SQLite cannot compare
 * two files here: `ATTACH` needs a permission that this program does not ask for. It only reads. A file that is unusual
 * in any way is left to SQLite.
 */

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
/** Bytes that are read together: rows are usually near one another. */
const CHUNK_BYTES = 65_536;

/** SQLite's locks begin at this byte; their page holds no data (sqlite.org/fileformat2.html, section 1.4). */
const LOCK_BYTE = 2 ** 30;

/** Something unusual in a file; SQLite knows how to handle or report it. */
export class OddFile extends Error {}

/**
 * A file of pages that is open. Close it only outside of transactions: on POSIX that ends all locks of the process on
 * the file.
 */
export class PageFile implements Disposable {
  readonly pageBytes: number;
  /** Bytes of a page that can hold content. */
  readonly usable: number;
  /** Pages that were read together. */
  readonly bytes: Uint8Array;
  readonly #file: Deno.FsFile;
  /** Number of the first page in {@link bytes}, and the number of pages there. */
  #first = 0;
  #count = 0;

  private constructor(file: Deno.FsFile, pageBytes: number, usable: number) {
    this.#file = file;
    this.pageBytes = pageBytes;
    this.usable = usable;
    this.bytes = new Uint8Array(Math.max(CHUNK_BYTES, pageBytes));
  }

  /**
   * Opens a file. Null when its pages alone do not contain everything (WAL), or when this program never makes files of
   * that kind.
   */
  static open(path: string): PageFile | null {
    const file = Deno.openSync(path);
    try {
      const header = new Uint8Array(HEADER_BYTES);
      const isPlain = file.readSync(header) === HEADER_BYTES &&
        new TextDecoder().decode(header.subarray(0, MAGIC.length)) === MAGIC &&
        header[18] === 1 && header[19] === 1 && new DataView(header.buffer).getUint32(56) === 1;
      if (!isPlain) throw new OddFile(path);
      const size = (header[16] ?? 0) << 8 | (header[17] ?? 0);
      const pageBytes = size === 1 ? 65_536 : size;
      if (pageBytes < 512 || (pageBytes & pageBytes - 1) !== 0) throw new OddFile(path);
      return new PageFile(file, pageBytes, pageBytes - (header[20] ?? 0));
    } catch (error) {
      file.close();
      if (error instanceof OddFile) return null;
      throw error;
    }
  }

  /**
   * Number of pages and cookie of the schema, as the file has them now. They show whether SQLite and this code read the
   * same.
   */
  facts(): readonly [pages: number, schemaVersion: number] {
    const view = new DataView(this.copy(1).buffer);
    return [view.getUint32(28), view.getUint32(40)];
  }

  /**
   * Reads a page into {@link bytes}; returns where it begins there.
   * @throws {OddFile} when there is no such page
   */
  load(page: number): number {
    const at = page - this.#first;
    if (at >= 0 && at < this.#count) return at * this.pageBytes;
    const most = this.bytes.subarray(0, this.#pagesFrom(page) * this.pageBytes);
    this.#first = page;
    this.#count = Math.floor(this.#read(page, most) / this.pageBytes);
    if (this.#count === 0) throw new OddFile(`page ${page}`);
    return 0;
  }

  /** How many pages may be read together: never the page of the locks, which nobody can read on Windows. */
  #pagesFrom(page: number): number {
    const most = Math.floor(this.bytes.length / this.pageBytes);
    const locks = LOCK_BYTE / this.pageBytes + 1;
    return page > locks ? most : Math.min(most, locks - page);
  }

  /** A page as bytes that belong to the caller; {@link bytes} stays unchanged. */
  copy(page: number): Uint8Array {
    const bytes = new Uint8Array(this.pageBytes);
    if (this.#read(page, bytes) !== this.pageBytes) throw new OddFile(`page ${page}`);
    return bytes;
  }

  #read(page: number, into: Uint8Array): number {
    if (page < 1) throw new OddFile(`page ${page}`);
    try {
      this.#file.seekSync((page - 1) * this.pageBytes, Deno.SeekMode.Start);
      return this.#file.readSync(into) ?? 0;
    } catch (cause) {
      throw new OddFile(`page ${page}`, { cause });
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Opens a file's pages, outside of its transactions; null when only SQLite can read them, or can say why not. */
export function openPageFile(path: string): PageFile | null {
  try {
    return PageFile.open(path);
  } catch {
    return null;
  }
}
