/**
 * What every page must satisfy before a row of it is believed: ids ascend, and all come after the page cursor.
 * A server (or a proxy) that repeats a page or never ends is caught here.
 */
import type { Page } from "./page.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";
import type { TableCopy } from "../../backup/copy/table_copy.ts";

/**
 * Rows beyond the server's count at which a table is taken for endless. A count may be too low, since without a snapshot
 * rows are added meanwhile; twice as many and some more is no count any longer.
 */
const endlessAt = (counted: number): number => counted * 2 + 10_000;

/** @throws {AnvilSqliteError} `protocol` (exit 10) */
export function checkPage(copy: TableCopy, after: RowId | null, page: Page, asked: number): void {
  const name = copy.plan.table.name;
  if (copy.copied > endlessAt(copy.counted)) {
    throw protocolError(`${copy.copied} rows of '${name}', of which it counted ${copy.counted}, and no end of them`);
  }
  if (page.rows.length > asked) {
    throw protocolError(`${page.rows.length} rows of '${name}' where ${asked} were asked for`);
  }
  if (page.more && page.rows.length === 0) throw protocolError(`an empty page of '${name}' that says more rows follow`);
  let last = after;
  for (const { id } of page.rows) {
    if (last !== null && compareRowIds(id, last) <= 0) {
      throw protocolError(`row ${id} of '${name}' after row ${last}: a page came twice or out of order`);
    }
    last = id;
  }
}
