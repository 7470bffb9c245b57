/**
 * Turns a page of decoded rows into rows of the archive. Media become uses, whose bytes a queue fetches. Values that do
 * not fit their column are reported, and kept as text if the file can hold that.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import type { SummedUse } from "../../archive/digest/page_sum.ts";
import { ABSENT_CELL, ODD_VALUE } from "../../archive/catalogue/absent_cells.ts";
import type { ArchiveWarning } from "../../archive/catalogue/catalogue.ts";
import type { RowWriter, WritableRow } from "../../archive/rows/row_writer.ts";
import type { MediaState } from "../../ddl/catalogue_tables.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { AbsentValue, type Decoded, isMediaHandle, OddValue } from "../../tables/cell_codec.ts";
import type { Page, PageRow } from "../../tables/read/table_reader.ts";
import type { Cell } from "../../value/cell.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { MediaJob } from "./media_queue.ts";
import type { TableCopy } from "./table_copy.ts";

/** A page after it was written. */
interface WrittenPage {
  /** The rows as they are stored in the file. */
  readonly rows: readonly WritableRow[];
  /** Media that they use. */
  readonly uses: readonly SummedUse[];
  /** Media whose bytes must be fetched. */
  readonly media: readonly MediaJob[];
  readonly warnings: readonly ArchiveWarning[];
}

/** Characters of an odd value that its warning quotes. */
const QUOTED = 200;

/**
 * Writes rows. Runs in the caller's transaction.
 * @param mediaState `pending` if their bytes will be fetched, otherwise `skipped` or `failed`
 */
export function writePage(
  writer: ArchiveWriter,
  rowWriter: RowWriter,
  copy: TableCopy,
  page: Page,
  mediaState: MediaState,
): WrittenPage {
  const media: MediaJob[] = [];
  const uses: SummedUse[] = [];
  const warnings: ArchiveWarning[] = [];
  const place = (row: PageRow, index: number) => ({
    table: copy.plan.table.name,
    column: copy.reader.columns[index]?.name ?? "",
    row: rowIdText(copy.plan.tableId, row.id),
  });
  const settle = (row: PageRow, index: number, value: Decoded): Cell => {
    if (value instanceof AbsentValue) {
      warnings.push({ code: ABSENT_CELL, ...place(row, index), message: value.reason });
      return null;
    }
    if (value instanceof OddValue) {
      const { cell, warning } = settleOdd(copy.reader.columns[index]?.kind ?? "unknown", value);
      warnings.push({ code: ODD_VALUE, ...place(row, index), message: warning });
      return cell;
    }
    if (!isMediaHandle(value)) return value;
    const id = writer.media.addUse(value, mediaState);
    uses.push({ ...value, id, anvilId: value.id });
    if (mediaState === "pending") media.push({ id, handle: value, ...place(row, index) });
    return id;
  };
  const settled = (row: PageRow): WritableRow => ({
    id: row.id,
    cells: row.cells.map((cell, index) => settle(row, index, cell)),
  });
  const written = isPlain(page) ? page.rows : page.rows.map(settled);
  rowWriter.write(written);
  return { rows: written, uses, media, warnings };
}

/** Whether the file can hold all cells of a page unchanged. */
function isPlain(page: Page): page is Page & { readonly rows: readonly WritableRow[] } {
  return page.plain;
}

/** What is stored for an odd value: its JSON if the column holds text, otherwise nothing. */
function settleOdd(kind: ColumnKind, odd: OddValue): { readonly cell: Cell; readonly warning: string } {
  const quoted = odd.json.length > QUOTED ? `${odd.json.slice(0, QUOTED)}…` : odd.json;
  const why = odd.reason ?? `Not a ${kind}`;
  switch (kind) {
    case "string":
    case "number":
    case "date":
    case "datetime":
    case "simpleObject":
    case "unknown":
      return { cell: odd.json, warning: `${why}; kept as JSON text: ${quoted}` };
    case "bool":
    case "media":
    case "link_single":
    case "link_multiple":
      return { cell: null, warning: `${why}; the cell is empty in the file: ${quoted}` };
  }
}
