/**
 * Reads rows of a partial file back, with the media that they use, and computes their checksum as they are now. It only
 * reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { PageSummer } from "../digest/page_sum.ts";
import { type StoredUse, useLookup } from "../media/use_lookup.ts";
import { readRows, type StoredRow } from "../rows/row_reader.ts";
import { LAST_ROW } from "../../value/row_id.ts";
import type { CopiedRows } from "../making/resume_state.ts";

/** A row with the media that it uses, in the order of its columns. */
interface RowWithUses {
  readonly row: StoredRow;
  readonly uses: readonly StoredUse[];
}

/**
 * Rows of a part of a table, by ascending id.
 * @throws SQLite's error when the file is damaged there
 */
export function* storedRows(engine: Engine, plan: TableLayout, part: CopiedRows): Iterable<RowWithUses> {
  const media = plan.columns.flatMap(({ column }, index) => column.kind === "media" ? [index] : []);
  const bounds = { from: (BigInt(part.after ?? "-1") + 1n).toString(), until: part.until ?? LAST_ROW };
  using lookup = useLookup(engine);
  for (const row of readRows(engine, plan, plan.columns.map((_, index) => index), bounds)) {
    const uses = media.flatMap((index) => {
      const cell = row.cells[index] ?? null;
      return typeof cell === "bigint" ? lookup(cell) ?? [] : [];
    });
    yield { row, uses };
  }
}

/** The checksum of a page as it is in the file, with its media. */
interface StoredSum {
  readonly rows: number;
  /** How many media the rows use. */
  readonly uses: number;
  readonly sum: number;
}

/**
 * Computes the checksum of a page as it is in the file now.
 * @throws SQLite's error when the file is damaged there
 */
export function sumStored(engine: Engine, plan: TableLayout, part: CopiedRows): StoredSum {
  const summer = new PageSummer(plan);
  const used: StoredUse[] = [];
  let rows = 0;
  for (const { row, uses } of storedRows(engine, plan, part)) {
    rows++;
    summer.row(row.row, row.cells);
    used.push(...uses);
  }
  return { rows, uses: used.length, sum: summer.end({ ...part, rows }, used) };
}
