/**
 * One table while it is copied: its plan, its reader, its ranges and its progress. Plain state.
 */
import type { WritableRow } from "../../archive/rows/row_writer.ts";
import { PageSummer, type SummedUse } from "../../archive/digest/page_sum.ts";
import { type BlockDigest, BlockDigester } from "../../archive/digest/table_digest.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { TableReader } from "../../tables/read/table_reader.ts";
import { type RowId, rowNumber } from "../../value/row_id.ts";
import { PageSizer } from "../../tables/read/page_sizer.ts";
import type { RowRange, TakenPage } from "./row_range.ts";

/** Number of rows below which a table is read page after page: several ranges would cost more than they gain. */
const SPLIT_ABOVE_ROWS = 5_000;

/** No medium is looked up by id when the digest of its table is made as rows arrive. */
const NO_MEDIA = () => null;

/** A table that is being copied. */
export class TableCopy {
  readonly plan: TableLayout;
  readonly reader: TableReader;
  /** Rows that the server counted in this snapshot. */
  readonly counted: number;
  readonly ranges: RowRange[];
  readonly sizer = new PageSizer();
  /** Rows in the file so far. */
  copied: number;
  readonly #digesters: Map<RowRange, BlockDigester> | null;
  readonly #summer: PageSummer;
  /** Bytes received so far. */
  bytes = 0;
  /** Names of columns that are in its pages but were not in the listing. */
  readonly unlisted = new Set<string>();
  /** Approximate highest row id, once it was probed. */
  highest: RowId | null = null;

  constructor(
    plan: TableLayout,
    reader: TableReader,
    counted: number,
    ranges: readonly RowRange[],
    copied: number,
  ) {
    this.plan = plan;
    this.reader = reader;
    this.counted = counted;
    this.ranges = [...ranges];
    this.copied = copied;
    const [first] = this.ranges;
    const fresh = this.ranges.length === 1 && first?.after === null && first.until === null;
    const hasMedia = plan.columns.some(({ column }) => column.kind === "media");
    this.#digesters = fresh && !hasMedia ? new Map() : null;
    this.#summer = new PageSummer(plan);
  }

  /**
   * Adds a page of a range to the table's digest, as it arrives.
   * @param rows as they are stored in the file, with the media that they use
   * @returns the page's checksum
   */
  digest(
    range: RowRange,
    { after, until }: TakenPage,
    rows: readonly WritableRow[],
    uses: readonly SummedUse[],
  ): number {
    const summer = this.#summer;
    if (this.#digesters === null) {
      for (const { id, cells } of rows) summer.row(rowNumber(id), cells);
    } else {
      const digester = this.#digesters.get(range) ??
        new BlockDigester(this.plan, NO_MEDIA, { onBytes: (bytes) => summer.canonical(bytes) });
      this.#digesters.set(range, digester);
      for (const { id, cells } of rows) digester.add(rowNumber(id), cells);
      digester.flush();
    }
    return summer.end({ tableId: this.plan.tableId, after, until, rows: rows.length }, uses);
  }

  /**
   * The blocks of the table's digest. Null when they have to be read back from the file: rows that an earlier session
   * copied are not known here, and a medium's hash is known only when the medium has come.
   */
  get blocks(): readonly BlockDigest[] | null {
    return this.#digesters === null ? null : [...this.#digesters.values()].flatMap((digester) => digester.finish());
  }

  /** Rows still to come, by the server's count; at least 1, since a count may be too low. */
  get rowsLeft(): number {
    return Math.max(1, this.counted - this.copied);
  }

  /** What was asked for and is not written yet. */
  get asked(): { readonly pages: number; readonly rows: number } {
    let [pages, rows] = [0, 0];
    for (const range of this.ranges) {
      pages += range.pagesAsked;
      rows += range.rowsAsked;
    }
    return { pages, rows };
  }

  get worthSplitting(): boolean {
    return this.counted - this.copied > SPLIT_ABOVE_ROWS;
  }

  /** Anvil's name of the table. */
  get name(): string {
    return this.plan.table.name;
  }

  get done(): boolean {
    return this.ranges.every((range) => range.done);
  }
}
