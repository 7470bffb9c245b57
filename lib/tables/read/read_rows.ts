/**
 * Reads single rows of a table by their ids. The wire cannot read a list of ids: rows that are close together are read
 * as a range, others one by one, many in flight. It only reads.
 */
import { isKind } from "../../errors.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { RowId } from "../../value/row_id.ts";
import { checkPage } from "./check_page.ts";
import { readGiantRow } from "./giant_row.ts";
import { readPage } from "./page.ts";
import type { Page, PageRow, TableReader } from "./table_reader.ts";

/** Where rows are read: on this connection, and inside the transaction of this stack if there is one. */
interface ReadPlace {
  readonly connection: Connection;
  readonly stack: string;
}

/** Calls in flight: on real servers a larger number gains nothing. */
const IN_FLIGHT = 32;
/** Ids at most this far apart are read together: an unneeded row costs less than a call. */
const NEAR = 8n;
/** Most rows of one range; such a page is far below the limit of a message. */
const RANGE_ROWS = 200n;

/** Ids that one call reads. */
interface IdRange {
  readonly first: bigint;
  last: bigint;
}

/**
 * Those rows of these ids that exist.
 * @param ids by ascending number, each once
 */
export async function readRowsById(
  place: ReadPlace,
  reader: TableReader,
  ids: readonly RowId[],
  inFlight: number = IN_FLIGHT,
): Promise<ReadonlyMap<RowId, PageRow>> {
  const wanted = new Set(ids);
  const found = new Map<RowId, PageRow>();
  const ranges = rangesOf(ids);
  let next = 0;
  const work = async () => {
    for (let range = ranges[next++]; range !== undefined; range = ranges[next++]) {
      for (const row of await readRange(place, reader, range)) if (wanted.has(row.id)) found.set(row.id, row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, ranges.length) }, work));
  return found;
}

function rangesOf(ids: readonly RowId[]): readonly IdRange[] {
  const ranges: IdRange[] = [];
  let current: IdRange | null = null;
  for (const id of ids) {
    const row = BigInt(id);
    if (current !== null && row - current.last <= NEAR && row - current.first < RANGE_ROWS) {
      current.last = row;
    } else {
      current = { first: row, last: row };
      ranges.push(current);
    }
  }
  return ranges;
}

async function readRange(place: ReadPlace, reader: TableReader, { first, last }: IdRange): Promise<readonly PageRow[]> {
  const rows: PageRow[] = [];
  let most = Number(last - first) + 1;
  for (let after = first - 1n; after < last;) {
    const page: Page | null = await readSome(place, reader, after.toString(), Math.min(most, Number(last - after)));
    if (page === null) {
      most = Math.max(1, Math.floor(most / 2));
      continue;
    }
    rows.push(...page.rows);
    const end = page.rows.at(-1);
    if (end === undefined || !page.more) break;
    after = BigInt(end.id);
  }
  return rows;
}

/** A page, or null when it is too large and may work with fewer rows. */
async function readSome(
  { connection, stack }: ReadPlace,
  reader: TableReader,
  after: RowId,
  rows: number,
): Promise<Page | null> {
  try {
    const page = await readPage(connection, stack, reader, { after, rows });
    checkPage({ name: reader.table.name, counted: rows, copied: 0 }, after, page, rows);
    return page;
  } catch (error) {
    if (!isKind(error, "size")) throw error;
    return rows > 1 ? null : await readGiantRow(connection, stack, reader, after);
  }
}
