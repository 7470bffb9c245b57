/**
 * A checksum over a page of rows of a partial file: a CRC-32 (ISO 3309) of the rows' canonical forms (a medium is its
 * number in the file), of what is known of those media, and of what the page says about itself. It finds the damage of
 * a power cut or a failing disk, and costs a fiftieth of a digest. It does not protect against changes on purpose:
 * anybody can compute it anew. Pure.
 */
import { crc32 } from "node:zlib";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { appendRow, type CanonicalColumns } from "./canonical.ts";
import { digestColumns } from "./table_digest.ts";

/** Bytes that are collected before they are added to the sum. */
const FLUSH_BYTES = 60_000;
/** The hash of a medium when it is not known yet, as in a partial file. */
const NO_MEDIA = () => null;

/** What is known of a medium before its bytes come. */
export interface SummedUse {
  readonly id: bigint;
  readonly contentType: string | null;
  readonly name: string | null;
  readonly manager: string;
  readonly anvilId: string;
}

/** What a page says about itself. */
interface PageFacts {
  readonly tableId: number;
  readonly after: string | null;
  readonly until: string | null;
  readonly rows: number;
}

/** Computes the checksums of a table's pages, one after the other. */
export class PageSummer {
  readonly #columns: CanonicalColumns;
  readonly #buffer = new ByteBuffer();
  #sum = 0;

  constructor(plan: TableLayout) {
    this.#columns = digestColumns(plan);
  }

  /** Adds a row, its cells in the plan's order. */
  row(row: RowNumber, cells: readonly SqlValue[]): void {
    appendRow(this.#buffer, row, this.#columns, cells, NO_MEDIA);
    if (this.#buffer.length >= FLUSH_BYTES) this.#flush();
  }

  /** Adds rows whose canonical form was made elsewhere. */
  canonical(bytes: Uint8Array): void {
    this.#sum = crc32(bytes, this.#sum);
  }

  /** Ends a page, after all its rows, with the media that they use; the next one begins. */
  end({ tableId, after, until, rows }: PageFacts, uses: readonly SummedUse[]): number {
    const out = this.#buffer;
    for (const { id, contentType, name, manager, anvilId } of uses) {
      out.integer("U", id);
      for (const text of [contentType, name, manager, anvilId]) out.optionalText(text);
    }
    out.u64(tableId);
    out.optionalText(after);
    out.optionalText(until);
    out.u64(rows);
    this.#flush();
    const sum = this.#sum;
    this.#sum = 0;
    return sum;
  }

  #flush(): void {
    this.#sum = crc32(this.#buffer.bytes(), this.#sum);
    this.#buffer.clear();
  }
}
