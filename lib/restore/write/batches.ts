/**
 * How many rows go into one call: limited by bytes, rows, media, and by what a statement of split storage may bind.
 * Pure arithmetic.
 */
import { MAX_ROW_BYTES, outgoingBytes, type OutgoingCell, type OutgoingRow } from "../../tables/write/encode_cells.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";

/**
 * Size of a call in bytes of JSON; a single row may have more. The keepalive of the transaction waits behind the call.
 * On a line of 1 Mbit/s the call takes 6 of the 10 s after which a server drops a transaction.
 */
const TARGET_BYTES = 750_000;
/** Rows of a call: on real servers a larger number gains nothing. */
const MAX_ROWS = 1_000;
/** Bytes of the media in a call; a single row may have more. The server holds them in memory until it stores them. */
const TARGET_MEDIA_BYTES = 8 * 1_048_576;
/** Media of a call: each is a few frames and a statement of the server. */
const MAX_MEDIA = 200;
/** PostgreSQL's limit on parameters of one statement, which split storage meets. */
const MAX_PARAMETERS = 65_535;

/** Parameters that a cell of a kind binds in split storage. Source: the App Server, observed. */
const PARAMETERS: { readonly [kind in ColumnKind]?: number } = { datetime: 3, media: 4, link_multiple: 0 };

/** Rows that one statement of split storage takes. */
export function rowsByParameters(kinds: readonly ColumnKind[]): number {
  const each = kinds.reduce((sum, kind) => sum + (PARAMETERS[kind] ?? 1), 0);
  return Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_PARAMETERS / Math.max(1, each))));
}

/** How much of a call a row takes. */
export interface Weight {
  readonly bytes: number;
  readonly media: number;
  readonly mediaBytes: number;
}

/** Measures a row for a {@link Batch}. */
export function weigh(row: OutgoingRow): Weight {
  let [bytes, media, mediaBytes] = [4, 0, 0];
  for (const [column, cell] of row) {
    bytes += outgoingBytes(column, cell);
    if (cell.type !== "media") continue;
    media++;
    mediaBytes += cell.upload.length;
  }
  return { bytes, media, mediaBytes };
}

/** Collects rows until a call is full. */
export class Batch<Item> {
  readonly items: Item[] = [];
  readonly #maxRows: number;
  #bytes = 0;
  #media = 0;
  #mediaBytes = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  get weight(): Weight {
    return { bytes: this.#bytes, media: this.#media, mediaBytes: this.#mediaBytes };
  }

  /** Whether a row of this size fits into the same call. The first always does. */
  takes(weight: Weight): boolean {
    if (this.items.length === 0) return true;
    return this.items.length < this.#maxRows && this.#bytes + weight.bytes <= TARGET_BYTES &&
      this.#media + weight.media <= MAX_MEDIA && this.#mediaBytes + weight.mediaBytes <= TARGET_MEDIA_BYTES;
  }

  add(item: Item, weight: Weight): void {
    this.items.push(item);
    this.#bytes += weight.bytes;
    this.#media += weight.media;
    this.#mediaBytes += weight.mediaBytes;
  }
}

/** A row that is too large for one message, cut by columns; any other row is one part. */
export function partsOf(row: OutgoingRow): readonly OutgoingRow[] {
  const parts: [string, OutgoingCell][][] = [[]];
  let bytes = 0;
  for (const entry of row) {
    const more = outgoingBytes(...entry);
    if (bytes > 0 && bytes + more > MAX_ROW_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push([...entry]);
    bytes += more;
  }
  return parts;
}
