/**
 * Reads a table of the app from beginning to end, outside any transaction: a page after the other, sized by bytes and
 * time, the next one asked for while the last is looked at.
 */
import { PageSizer } from "./page_sizer.ts";
import { readGiantRow } from "./giant_row.ts";
import { checkPage } from "./check_page.ts";
import { TableCopy } from "../../backup/copy/table_copy.ts";
import type { Clock } from "../../clock.ts";
import type { TablePlan } from "../../ddl/archive_plan.ts";
import { type Page, readPage, type TableReader } from "./page.ts";
import { freshStack } from "../transaction.ts";
import type { Connection } from "../../uplink/connection.ts";
import { isPayloadTooLarge } from "../../uplink/uplink_errors.ts";
import type { RowId } from "../../value/row_id.ts";

/** What a scan needs of a run. */
export interface ScanOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Pages of a table by ascending row id, from the first row above `after`. */
export async function* scanLive(
  connection: Connection,
  { clock, signal }: ScanOptions,
  plan: TablePlan,
  reader: TableReader,
  after: RowId | null = null,
): AsyncIterable<Page> {
  const stack = freshStack("scan");
  const copy = new TableCopy(plan, reader, 0, [], 0);
  const sizer = new PageSizer();
  const read = async (after: RowId | null): Promise<Page> => {
    for (;;) {
      const rows = sizer.rows;
      const began = clock.monotonic();
      try {
        const page = await readPage(connection, stack, reader, { after, rows });
        checkPage(copy, after, page, rows);
        sizer.learn(page.rows.length, page.bytes, clock.monotonic() - began);
        return page;
      } catch (error) {
        if (!isPayloadTooLarge(error)) throw error;
        if (!sizer.tooLarge(rows)) return await readGiantRow(connection, stack, copy, after);
      }
    }
  };
  for (let next: Promise<Page> | null = read(after); next !== null;) {
    signal.throwIfAborted();
    const page: Page = await next;
    const last = page.rows.at(-1);
    next = page.more && last !== undefined ? read(last.id) : null;
    // Whoever stops early does not wait for the page that is on its way.
    next?.catch(() => {});
    yield page;
  }
}
