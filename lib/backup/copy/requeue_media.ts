/**
 * Queues media again that an earlier session has not fetched. Their keys died with its connection, so their rows are
 * read again, the media columns alone, page after page. Media that are in the file already are never fetched twice.
 */
import type { PendingMedium } from "../../archive/media/pending_media.ts";
import { isMediaHandle } from "../../tables/cell_codec.ts";
import { readPage } from "../../tables/read/page.ts";
import { type PageRow, tableReader } from "../../tables/read/table_reader.ts";
import type { PatienceRule } from "../../uplink/limits.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import { compareRowIds, type RowId, rowIdText } from "../../value/row_id.ts";
import type { MediaJob } from "./media_queue.ts";
import type { Session } from "../../tables/session.ts";
import type { TableCopy } from "./table_copy.ts";

/** Rows of a page at most: a medium is about 250 bytes of it. */
const PAGE_ROWS = 500;

/** A medium that an earlier session left: it is fetched now, or its cell no longer has it. */
type Requeued =
  | { readonly kind: "job"; readonly job: MediaJob }
  | {
    readonly kind: "gone";
    readonly id: bigint;
    readonly table: string;
    readonly column: string;
    readonly row: string;
  };

/** What the search needs. */
interface RequeueContext extends Patience {
  readonly session: Session;
  /** How a call in the session is tried again. */
  readonly rule: PatienceRule;
}

/** Finds new keys for media whose bytes are missing, a page of them at a time. */
export async function* requeueMedia(
  pending: readonly PendingMedium[],
  copies: readonly TableCopy[],
  context: RequeueContext,
): AsyncIterable<readonly Requeued[]> {
  for (const [table, media] of Map.groupBy(pending, ({ plan }) => plan.tableId)) {
    const copy = copies.find(({ plan }) => plan.tableId === table);
    if (copy === undefined) yield media.map(gone);
    else yield* requeueTable(media, copy, context);
  }
}

async function* requeueTable(
  media: readonly PendingMedium[],
  copy: TableCopy,
  context: RequeueContext,
): AsyncIterable<readonly Requeued[]> {
  const { connection, stack } = context.session;
  const indexes = [...new Set(media.map(({ column }) => column))];
  const reader = tableReader(copy.reader.table, indexes.flatMap((index) => copy.reader.columns[index] ?? []));
  const byRow = Map.groupBy(media, ({ row }) => row);
  const rows = [...byRow.keys()].sort(compareRowIds);
  for (let at = 0; at < rows.length;) {
    const first = rows[at] ?? "0";
    const request = { after: before(first), rows: Math.min(PAGE_ROWS, rows.length - at) };
    const ask = () => readPage(connection, stack, reader, request);
    const page = await patiently("reading rows again for their media", ask, context, context.rule);
    const found = new Map(page.rows.map((row) => [row.id, row]));
    const last = page.rows.at(-1)?.id;
    const some: Requeued[] = [];
    // A row is deleted if a page that goes beyond its id does not have it; at the table's end all missing ones are.
    for (; at < rows.length; at++) {
      const row = rows[at] ?? "0";
      if (page.more && last !== undefined && compareRowIds(row, last) > 0) break;
      for (const medium of byRow.get(row) ?? []) some.push(requeue(medium, found.get(row), indexes));
    }
    yield some;
  }
}

function before(row: RowId): RowId {
  return (BigInt(row) - 1n).toString();
}

/** @param indexes the columns that were read, as indexes into the plan's */
function requeue(medium: PendingMedium, row: PageRow | undefined, indexes: readonly number[]): Requeued {
  const handle = row?.cells[indexes.indexOf(medium.column)] ?? null;
  // The bytes of another medium must not be stored under this one's name and type.
  if (!isMediaHandle(handle) || handle.manager !== medium.manager || handle.id !== medium.anvilId) return gone(medium);
  return { kind: "job", job: { id: medium.id, handle, ...placeOf(medium) } };
}

function gone(medium: PendingMedium): Requeued {
  return { kind: "gone", id: medium.id, ...placeOf(medium) };
}

function placeOf({ plan, column, row }: PendingMedium) {
  return {
    table: plan.table.name,
    column: plan.columns[column]?.column.name ?? "",
    row: rowIdText(plan.tableId, row),
  };
}
