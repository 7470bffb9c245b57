/**
 * Digests of what is in a file, read back row by row: what `verify` compares with the digests that were made as rows
 * arrived. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { MediaLookup } from "../media/media_lookup.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { mediaLookup } from "../media/media_lookup.ts";
import { readRows, type RowBounds } from "../rows/row_reader.ts";
import { rowIdBytes, type RowNumber } from "../../value/row_id.ts";
import type { RecordBytes } from "./record_bytes.ts";
import { type BlockDigest, BlockDigester, type SpellingListener, tableDigest } from "./table_digest.ts";

/** A table's digest and the blocks it is made of. */
interface StoredDigest {
  readonly digest: string;
  readonly blocks: readonly BlockDigest[];
}

/** What a digest includes, and who listens. */
interface DigestOptions {
  /** Whether bytes of media are included; their names and types always are. Stored digests include them. */
  readonly media: boolean;
  /**
   * Receives values that are not written as this program writes them. Two spellings of one value have the same digest
   * (`\u001f` and `\u001F`, `1e5` and `1E5`); a spelling that this program does not write means that something changed
   * the file.
   */
  readonly onOddSpelling?: SpellingListener;
  /** Looks at what digests do not show: the bytes of rows, and SQLite's own numbers of them. */
  readonly watch?: RowWatch;
}

/** What is checked besides digests. */
export interface RowWatch {
  readonly bytes: RecordBytes;
  /** Receives rows with U+FFFD in a text, which may come from bytes that are not UTF-8. */
  readonly onReplacement: (rowid: bigint, row: RowNumber) => void;
  /** Receives rows whose number in SQLite is not their id. */
  readonly onRenumbered: () => void;
}

/** A lookup of media for digests. */
export function digestLookup(engine: Engine, options: DigestOptions): MediaLookup & Disposable {
  const lookup = mediaLookup(engine);
  if (options.media) return lookup;
  const bare: MediaLookup = (id) => {
    const facts = lookup(id);
    return facts === null ? null : { ...facts, sha256: null };
  };
  return Object.assign(bare, { [Symbol.dispose]: () => lookup[Symbol.dispose]() });
}

/**
 * Digests a data table.
 * @throws {RangeError} when row ids do not ascend in the table's own order: the file was changed
 */
export function digestTable(engine: Engine, plan: TableLayout, options: DigestOptions = { media: true }): StoredDigest {
  const blocks = digestRows(engine, plan, options, null);
  return { digest: tableDigest(plan, blocks), blocks };
}

/**
 * Digests rows of a data table, all or those within bounds, which should be those of blocks.
 * @throws {RangeError} as {@link digestTable}
 */
export function digestRows(
  engine: Engine,
  plan: TableLayout,
  options: DigestOptions,
  bounds: RowBounds | null,
): readonly BlockDigest[] {
  using media = digestLookup(engine, options);
  const { onOddSpelling, watch } = options;
  const digester = new BlockDigester(plan, media, { onOddSpelling, bytes: watch?.bytes });
  const columns = plan.columns.map((_, index) => index);
  for (const { row, cells, rowid } of readRows(engine, plan, columns, bounds)) {
    digester.add(row, cells);
    if (watch === undefined) continue;
    watch.bytes.text(rowIdBytes(plan.tableId, row));
    watch.bytes.end();
    if (digester.takeReplacement()) watch.onReplacement(rowid, row);
    if (typeof row === "number" ? Number(rowid) !== row : rowid !== row) watch.onRenumbered();
  }
  return digester.finish();
}
