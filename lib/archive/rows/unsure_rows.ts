/**
 * Which rows of a table may differ between two archives, by the bytes of their records. Most rows of two nights are the
 * same, and reading their cells would cost ten times as much. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openPageFile } from "../../sqlite/records/page_file.ts";
import { heldForReading, recordTable } from "../../sqlite/records/record_table.ts";
import { type PlacePair, unsureRows } from "../../sqlite/records/unsure_rows.ts";
import { keepsRowIds } from "./row_reader.ts";

/** A table of one archive. */
interface StoredTable {
  readonly engine: Engine;
  readonly plan: TableLayout;
}

/** A pair of columns, by their places in the plans. */
interface ComparedColumns {
  readonly a: number;
  readonly b: number;
  /** Whether equal bytes may mean different things, as the number of a medium does in two files. */
  readonly onlyNull: boolean;
}

/**
 * SQLite's numbers of the rows that may differ or are in one archive only, ascending. All other rows have the same
 * bytes in each pair of columns. Null when this cannot be found out quickly; then every row may differ.
 */
export function unsureRowsOf(
  a: StoredTable,
  b: StoredTable,
  columns: readonly ComparedColumns[],
): Float64Array | null {
  if (a.engine === b.engine) return null;
  using pagesA = openPageFile(a.engine.path);
  using pagesB = openPageFile(b.engine.path);
  if (pagesA === null || pagesB === null) return null;
  if (!keepsRowIds(a.engine, a.plan) || !keepsRowIds(b.engine, b.plan)) return null;
  return heldForReading(a.engine, () =>
    heldForReading(b.engine, () => {
      const one = recordTable(a.engine, pagesA, a.plan.sqlName);
      const other = recordTable(b.engine, pagesB, b.plan.sqlName);
      if (one === null || other === null) return null;
      const pairs: PlacePair[] = [];
      for (const { a: i, b: j, onlyNull } of columns) {
        const [x, y] = [
          one.places.get(a.plan.columns[i]?.sqlName ?? ""),
          other.places.get(b.plan.columns[j]?.sqlName ?? ""),
        ];
        if (x === undefined || y === undefined) return null;
        pairs.push({ a: x, b: y, onlyNull });
      }
      return unsureRows({ a: pagesA, b: pagesB }, one, other, pairs);
    }));
}
