/**
 * Media that an earlier session has not fetched: their keys died with its connection, so their rows are read again,
 * the media columns alone. Media that are in the file already are never fetched twice.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { pendingMedia, type PendingMedium } from "../../archive/media/pending_media.ts";
import { isMediaHandle } from "../../tables/cell_codec.ts";
import { readPage } from "../../tables/read/page.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { rowIdText } from "../../value/row_id.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import type { MediaJob } from "./media_queue.ts";
import type { Session } from "../../tables/session.ts";
import type { TableCopy } from "./table_copy.ts";

/** One-row pages in flight. */
const ROWS_IN_FLIGHT = 32;

/** A medium that an earlier session left: to be fetched now, or gone from its cell. */
type Requeued =
  | { readonly kind: "job"; readonly job: MediaJob }
  | {
    readonly kind: "gone";
    readonly id: bigint;
    readonly table: string;
    readonly column: string;
    readonly row: string;
  };

/** Finds all media that are still to come, and new keys for them. */
export async function requeueMedia(
  writer: ArchiveWriter,
  copies: readonly TableCopy[],
  session: Session,
  patience: Patience,
): Promise<readonly Requeued[]> {
  const pending = pendingMedia(writer.engine, writer.tables);
  const found: Requeued[] = [];
  for (let from = 0; from < pending.length; from += ROWS_IN_FLIGHT) {
    const some = pending.slice(from, from + ROWS_IN_FLIGHT);
    found.push(...await Promise.all(some.map((medium) => requeue(medium, copies, session, patience))));
  }
  return found;
}

async function requeue(
  medium: PendingMedium,
  copies: readonly TableCopy[],
  session: Session,
  patience: Patience,
): Promise<Requeued> {
  const { id, plan } = medium;
  const column = plan.columns[medium.column]?.column;
  const place = { table: plan.table.name, column: column?.name ?? "", row: rowIdText(plan.tableId, medium.row) };
  const copy = copies.find((candidate) => candidate.plan.tableId === plan.tableId);
  if (copy === undefined || column === undefined) return { kind: "gone", id, ...place };
  const after = (BigInt(medium.row) - 1n).toString();
  const reader = tableReader(copy.reader.table, [column]);
  const ask = () => readPage(session.connection, session.stack, reader, { after, rows: 1 });
  const page = await patiently("reading a row again for its media", ask, patience);
  const [row] = page.rows;
  const handle = row?.id === medium.row ? row.cells[0] ?? null : null;
  return isMediaHandle(handle) ? { kind: "job", job: { id, handle, ...place } } : { kind: "gone", id, ...place };
}
