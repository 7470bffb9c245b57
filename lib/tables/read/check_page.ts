/**
 * What every page must satisfy before its rows are believed: ids ascend, and all come after the page cursor. So a
 * server (or a proxy) that repeats a page or never ends is noticed.
 */
import type { Page } from "./table_reader.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";

/**
 * Rows beyond the server's count from which a table counts as endless. A count may be too low, since without a snapshot
 * rows are added meanwhile; but twice as many rows and some more cannot be explained that way.
 */
const endlessAt = (counted: number): number => counted * 2 + 10_000;

/** How far a table has been read. */
interface TableProgress {
  readonly name: string;
  /** Rows that the server counted. */
  readonly counted: number;
  /** Rows that came so far. */
  readonly copied: number;
}

/**
 * Checks a page against the rows so far, and adds it to them.
 * @throws {AnvilSqliteError} `protocol` (exit 10)
 */
export function checkPage(progress: TableProgress, after: RowId | null, page: Page, asked: number): void {
  const { name, counted, copied } = progress;
  if (copied > endlessAt(counted)) {
    throw protocolError(`${copied} rows of '${name}', of which it counted ${counted}, and no end of them`);
  }
  if (page.rows.length > asked) {
    throw protocolError(`${page.rows.length} rows of '${name}' where ${asked} were asked for`);
  }
  if (page.more && page.rows.length === 0) throw protocolError(`an empty page of '${name}' that says more rows follow`);
  // For a server a table ends only at a page that is not full.
  if (!page.more && page.rows.length === asked) {
    throw protocolError(`a full page of '${name}' that is said to be the last`);
  }
  let last = after;
  for (const { id } of page.rows) {
    if (last !== null && compareRowIds(id, last) <= 0) {
      throw protocolError(`row ${id} of '${name}' after row ${last}: a page came twice or out of order`);
    }
    last = id;
  }
}
