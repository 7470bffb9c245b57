/**
 * One table while it is copied: its plan, its reader, its ranges and how far it is. Plain state.
 */
import type { TablePlan } from "../ddl/archive_plan.ts";
import type { TableReader } from "../tables/page.ts";
import type { RowId } from "../value/row_id.ts";
import { PageSizer } from "./page_sizer.ts";
import type { RowRange } from "./row_range.ts";

/** Rows below which a table is read page after page: several ranges would cost more than they gain. */
const SPLIT_ABOVE_ROWS = 5_000;

/** A table being copied. */
export class TableCopy {
  readonly plan: TablePlan;
  readonly reader: TableReader;
  /** Rows that the server counted in this snapshot. */
  readonly counted: number;
  readonly ranges: RowRange[];
  readonly sizer = new PageSizer();
  /** Rows in the file so far. */
  copied: number;
  /** Bytes received so far. */
  bytes = 0;
  /** About the highest row id, once probed. */
  highest: RowId | null = null;

  constructor(
    plan: TablePlan,
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
  }

  /** Rows still to come, by the server's count; at least 1, since a count may be too low. */
  get rowsLeft(): number {
    return Math.max(1, this.counted - this.copied);
  }

  get worthSplitting(): boolean {
    return this.counted - this.copied > SPLIT_ABOVE_ROWS;
  }

  get done(): boolean {
    return this.ranges.every((range) => range.done);
  }
}
