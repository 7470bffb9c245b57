/**
 * The ranges of a copy in the file that is being made: how far each is, so that a run that was interrupted goes on there.
 * It reads no page.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { savedRanges } from "../../archive/making/resume_state.ts";
import type { TablePlan } from "../../ddl/archive_plan.ts";
import { RowRange } from "./row_range.ts";

/** How far a range is. */
type RangeProgress = Pick<RowRange, "after" | "done">;

/** Saves and restores ranges. */
export class RangeStore {
  readonly #writer: ArchiveWriter;
  readonly #ids = new Map<RowRange, number>();
  #nextId = 1;

  constructor(writer: ArchiveWriter) {
    this.#writer = writer;
  }

  /** The ranges that an earlier session has saved, by table id; none of a table that was not begun. */
  saved(): ReadonlyMap<number, readonly RowRange[]> {
    const ranges = new Map<number, RowRange[]>();
    for (const { id, tableId, after, until, done } of savedRanges(this.#writer.engine)) {
      const range = new RowRange(after, until);
      range.done = done;
      this.#ids.set(range, id);
      this.#nextId = Math.max(this.#nextId, id + 1);
      ranges.set(tableId, [...ranges.get(tableId) ?? [], range]);
    }
    return ranges;
  }

  /** The range of a whole table, saved. */
  begin(plan: TablePlan): RowRange {
    const range = new RowRange(null, null);
    this.#writer.transaction(() => this.save(plan, range));
    return range;
  }

  /** Saves how far a range is. Runs in the caller's transaction. */
  save(plan: TablePlan, range: RowRange, { after, done }: RangeProgress = range): void {
    const id = this.#ids.get(range) ?? this.#nextId++;
    this.#ids.set(range, id);
    this.#writer.ranges.save({ id, tableId: plan.tableId, after, until: range.until, done });
  }
}
