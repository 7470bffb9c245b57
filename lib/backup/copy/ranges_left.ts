/**
 * What is left to read of a table, by what the file says is copied. An interrupted run goes on there. It reads no page.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { copiedPages, type CopiedRows } from "../../archive/making/resume_state.ts";
import { compareRowIds } from "../../value/row_id.ts";
import { RowRange } from "./row_range.ts";

/**
 * The ranges that are left, by table id. A finished table has an empty list; a table of which nothing is copied has no
 * entry.
 */
export function rangesLeft({ engine }: ArchiveWriter): ReadonlyMap<number, readonly RowRange[]> {
  const tables = Map.groupBy(copiedPages(engine), ({ tableId }) => tableId);
  return new Map([...tables].map(([tableId, copied]) => [tableId, uncopied(copied)]));
}

/** The parts between and after copied parts of a table. */
function uncopied(copied: readonly CopiedRows[]): readonly RowRange[] {
  const left: RowRange[] = [];
  let after: string | null = null;
  for (const part of copied.toSorted((a, b) => compareRowIds(a.after ?? "", b.after ?? ""))) {
    if (part.after !== null && (after === null || compareRowIds(part.after, after) > 0)) {
      left.push(new RowRange(after, part.after));
    }
    if (part.until === null) return left;
    if (after === null || compareRowIds(part.until, after) > 0) after = part.until;
  }
  return [...left, new RowRange(after, null)];
}
