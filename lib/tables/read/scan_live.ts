/**
 * Reads a table of the app from beginning to end, outside any transaction, page after page. Pages are sized by bytes
 * and time; the next one is asked for while the caller works on the last.
 */
import { isKind } from "../../errors.ts";
import { PageSizer } from "./page_sizer.ts";
import { readGiantRow } from "./giant_row.ts";
import { checkPage } from "./check_page.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import { readPage } from "./page.ts";
import { type Page, type TableReader } from "./table_reader.ts";
import { countRows } from "../listing.ts";
import { freshStack } from "../transaction.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { RowId } from "../../value/row_id.ts";

/** What a scan needs from a run. */
export interface ScanOptions extends Patience {
  readonly signal: AbortSignal;
}

/**
 * Pages of a table by ascending row id, from the first row above `after`.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when the server repeats a page, or the table does not end
 */
export async function* scanLive(
  connection: Connection,
  options: ScanOptions,
  reader: TableReader,
  after: RowId | null = null,
): AsyncIterable<Page> {
  const { clock, signal } = options;
  const stack = freshStack("scan");
  const { capability, name } = reader.table;
  const ask = <T>(what: string, call: () => Promise<T>) =>
    patiently(`${what} table '${name}'`, call, options, PATIENCE.alone);
  const counted = capability === null ? 0 : await ask("counting", () => countRows(connection, stack, capability));
  let copied = 0;
  const sizer = new PageSizer();
  const read = async (after: RowId | null): Promise<Page> => {
    for (;;) {
      const rows = sizer.rows;
      const began = clock.monotonic();
      try {
        const page = await ask("reading", () => readPage(connection, stack, reader, { after, rows }));
        checkPage({ name, counted, copied }, after, page, rows);
        copied += page.rows.length;
        sizer.learn(page.rows.length, page.bytes, clock.monotonic() - began);
        return page;
      } catch (error) {
        if (!isKind(error, "size")) throw error;
        if (!sizer.tooLarge(rows)) return await ask("reading", () => readGiantRow(connection, stack, reader, after));
      }
    }
  };
  for (let next: Promise<Page> | null = read(after); next !== null;) {
    signal.throwIfAborted();
    const page: Page = await next;
    const last = page.rows.at(-1);
    next = page.more && last !== undefined ? read(last.id) : null;
    // A caller that stops early does not wait for the page that is on its way.
    next?.catch(() => {});
    yield page;
  }
}
