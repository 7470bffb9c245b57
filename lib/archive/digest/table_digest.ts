/**
 * Digests of tables and of a file, over the canonical form of rows. Pure: rows come in, hexadecimal text goes out.
 *
 * Rows are in blocks of 4,096 row ids (`block = row id / 4096`, rounded down), so that parts of a table can be
 * digested apart and compared apart. With SHA-256 throughout, and the notation of `canonical.ts`:
 *
 * block  = SHA-256 of its rows' canonical forms, by ascending row id
 * table  = SHA-256 of text("anvil-sqlite-1 table"), text(python name), number of columns as u32,
 *          text(name), text(kind) and opt(`[table]` of the link target) for each column sorted by name,
 *          then for each block that has rows, ascending: block number as u64, number of rows as u32, block digest
 * file   = SHA-256 of text("anvil-sqlite-1 file"), then for each table with a digest, by id: id as u64, table digest
 */
import { createHash } from "node:crypto";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { RowId, RowNumber } from "../../value/row_id.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { appendRow, type CanonicalColumns } from "./canonical.ts";
import type { RecordBytes } from "./record_bytes.ts";
import { type MediaLookup } from "../media/media_lookup.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Row ids in a block. */
export const BLOCK_IDS = 4_096;
/** Bytes that are collected before they go to the hash. */
const FLUSH_BYTES = 60_000;

/** Columns of a table in the digest's order: sorted by name. */
export function digestColumns(plan: TableLayout): CanonicalColumns {
  return plan.columns
    .map(({ column: { name, kind } }, index) => ({ index, kind, name }))
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.index - b.index);
}

/** The number of the block that a row is in. */
function blockOf(row: RowNumber): number {
  return typeof row === "number" ? Math.floor(row / BLOCK_IDS) : Number(row / BigInt(BLOCK_IDS));
}

/** The digest of a block of rows. */
export interface BlockDigest {
  readonly block: number;
  readonly rows: number;
  readonly digest: Uint8Array;
}

/**
 * Called for a value that is not written as this program writes it: the place of its column in the plan, and its row.
 */
export type SpellingListener = (column: number, row: RowId) => void;

/** Who listens while rows are digested. */
interface DigesterOptions {
  readonly onOddSpelling?: SpellingListener | undefined;
  /** Receives the canonical forms of rows, in pieces that are valid until it returns. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /** Counts the bytes of rows in a file; the code that adds a row also ends it there. */
  readonly bytes?: RecordBytes | undefined;
}

/** Digests rows, which come by ascending row id, into blocks. */
export class BlockDigester {
  readonly #columns: CanonicalColumns;
  readonly #media: MediaLookup;
  readonly #buffer = new ByteBuffer();
  readonly #blocks: BlockDigest[] = [];
  #hash = createHash("sha256");
  #block = -1;
  #rows = 0;
  #last: RowNumber = -1;

  readonly #onBytes: ((bytes: Uint8Array) => void) | null;
  readonly #bytes: RecordBytes | undefined;

  constructor(plan: TableLayout, media: MediaLookup, { onOddSpelling, onBytes, bytes }: DigesterOptions = {}) {
    const columns = digestColumns(plan);
    this.#columns = onOddSpelling === undefined ? columns : columns.map((column) => ({
      ...column,
      onOddSpelling: () => onOddSpelling(column.index, this.#last.toString()),
    }));
    this.#media = media;
    this.#onBytes = onBytes ?? null;
    this.#bytes = bytes;
  }

  /**
   * Adds a row, its cells in the plan's order.
   * @throws {RangeError} when the row id does not ascend
   */
  add(row: RowNumber, cells: readonly SqlValue[]): void {
    this.#begin(row);
    appendRow(this.#buffer, row, this.#columns, cells, this.#media, this.#bytes);
    this.#end();
  }

  /**
   * Adds a row whose canonical form is appended elsewhere.
   * @throws {RangeError} as {@link add}
   */
  addForm(row: RowNumber, append: (out: ByteBuffer) => void): void {
    this.#begin(row);
    append(this.#buffer);
    this.#end();
  }

  #begin(row: RowNumber): void {
    if (row <= this.#last) throw new RangeError(`Row ${row} after row ${this.#last}`);
    this.#last = row;
    const block = blockOf(row);
    if (block !== this.#block) {
      this.#finishBlock();
      this.#block = block;
    }
  }

  #end(): void {
    this.#rows++;
    if (this.#buffer.length >= FLUSH_BYTES) this.#flush();
  }

  /** Whether a text of the rows since the last call contains U+FFFD, which may come from bytes that are not UTF-8. */
  takeReplacement(): boolean {
    return this.#buffer.takeReplacement();
  }

  /** Passes on all rows that were added so far. */
  flush(): void {
    if (this.#buffer.length > 0) this.#flush();
  }

  /** The blocks so far; after this no row may be added. */
  finish(): readonly BlockDigest[] {
    this.#finishBlock();
    return this.#blocks;
  }

  #flush(): void {
    const bytes = this.#buffer.bytes();
    this.#hash.update(bytes);
    this.#onBytes?.(bytes);
    this.#buffer.clear();
  }

  #finishBlock(): void {
    if (this.#rows === 0) return;
    this.#flush();
    this.#blocks.push({ block: this.#block, rows: this.#rows, digest: new Uint8Array(this.#hash.digest()) });
    this.#hash = createHash("sha256");
    this.#rows = 0;
  }
}

/** The digest of a table from its blocks, in hexadecimal. */
export function tableDigest(plan: TableLayout, blocks: readonly BlockDigest[]): string {
  const out = new ByteBuffer();
  out.bareText("anvil-sqlite-1 table");
  out.bareText(plan.table.name);
  out.u32(plan.columns.length);
  for (const { index } of digestColumns(plan)) {
    const column = plan.columns[index]?.column;
    if (column === undefined) continue;
    out.bareText(column.name);
    out.bareText(column.kind);
    if (column.targetId === null) out.tag("n");
    else out.text("s", `[${column.targetId}]`);
  }
  for (const { block, rows, digest } of [...blocks].sort((a, b) => a.block - b.block)) {
    out.u64(block);
    out.u32(rows);
    for (const byte of digest) out.byte(byte);
  }
  return createHash("sha256").update(out.bytes()).digest("hex");
}

/** The digest of a file from its tables' digests, in hexadecimal. */
export function fileDigest(tables: readonly { readonly id: number; readonly digest: string }[]): string {
  const out = new ByteBuffer();
  out.bareText("anvil-sqlite-1 file");
  for (const { id, digest } of [...tables].sort((a, b) => a.id - b.id)) {
    out.u64(id);
    out.hex(digest);
  }
  return createHash("sha256").update(out.bytes()).digest("hex");
}
