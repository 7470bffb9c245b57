/**
 * Makes the calls of one piece of work, inside the transaction of its group, and notes in the id map what they did.
 * It retries nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { readRowsById } from "../../tables/read/read_rows.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import type { OutgoingRow } from "../../tables/write/encode_cells.ts";
import { addRows, type CallPlace, deleteAllRows, deleteRows, updateRows } from "../../tables/write/write_rows.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { compareRowIds, type RowId, rowIdText } from "../../value/row_id.ts";
import { partsOf } from "./batches.ts";
import type { TableJob } from "../job/table_job.ts";
import { LivingLinks } from "./living_links.ts";
import { type FileSetting, writeCells } from "./write_cells.ts";
import type { RowsWork, Work, WorkRow } from "./work_list.ts";

/** What writing needs from the run. */
interface BatchContext {
  readonly idMap: IdMap;
  readonly cells: FileSetting;
  /** Whether rows are checked before they are updated: a deleted one fails a whole call. */
  readonly careful: boolean;
  /** Receives how many rows of a table of the app were deleted one by one. */
  readonly onDeleted: (table: number, rows: number) => void;
}

/** Does a piece of work. */
export async function writeBatch(place: CallPlace, context: BatchContext, group: bigint, work: Work): Promise<void> {
  const { idMap } = context;
  switch (work.kind) {
    case "barrier":
      return;
    case "empty":
      await deleteAllRows(place, work.job.capability);
      return idMap.groups.recordEmptied(group, work.job.plan.tableId);
    case "insert":
      return await insert(place, idMap, group, work);
    case "update":
      await update(place, context, work);
      return idMap.groups.recordUpdated(group, work.job.plan.tableId, work.rows.map(({ old }) => old));
    case "link":
      await update(place, context, work);
      return idMap.groups.recordLinked(group, work.job.plan.tableId, work.rows.map(({ old }) => old));
    case "cells":
      return await writeCells(place, { ...context.cells, careful: context.careful }, group, work);
    case "delete":
      {
        const there = await readRowsById(place, tableReader(work.table.live, []), work.rows);
        context.onDeleted(work.table.live.id, there.size);
        if (there.size > 0) await deleteRows(place, work.table.live.capability, [...there.keys()]);
      }
      return idMap.cells.recordDeleted(group, work.table.live.id, work.rows);
  }
}

async function insert(place: CallPlace, idMap: IdMap, group: bigint, { job, rows }: RowsWork): Promise<void> {
  // Only a row that is alone in its call can be too large for a call.
  const [alone] = rows;
  const parts = rows.length === 1 && alone !== undefined ? partsOf(alone.cells) : [];
  const [first, ...others] = parts;
  const ids = await addRows(place, job.capability, first === undefined ? rows.map(({ cells }) => cells) : [first]);
  for (const cells of others) {
    await updateRows(place, [{ row: rowCapability(job.capability, ids[0] ?? ""), cells }]);
  }
  try {
    idMap.groups.recordInserted(group, job.plan.tableId, rows.map(({ old }, i) => ({ old, fresh: ids[i] ?? "" })));
  } catch (cause) {
    // The map has each row of the app only once.
    if (!/UNIQUE constraint failed/.test(String(cause))) throw cause;
    throw protocolError("a row that was added with the id of another row", cause);
  }
}

async function update(place: CallPlace, { careful }: BatchContext, { job, rows }: RowsWork): Promise<void> {
  const meant = rows.flatMap(({ fresh, cells }) => fresh === null || cells.length === 0 ? [] : [{ fresh, cells }]);
  const isThere = careful ? await livingAmong(place, job, meant.map(({ fresh }) => fresh)) : () => true;
  const changed = await withLivingLinks(place, careful, meant.filter(({ fresh }) => isThere(fresh)));
  const capability = (fresh: string) => rowCapability(job.capability, fresh);
  const [alone] = changed;
  if (changed.length === 1 && alone !== undefined) {
    for (const cells of partsOf(alone.cells)) await updateRows(place, [{ row: capability(alone.fresh), cells }]);
  } else if (changed.length > 0) {
    await updateRows(place, changed.map(({ fresh, cells }) => ({ row: capability(fresh), cells })));
  }
}

async function withLivingLinks<Row extends { readonly cells: OutgoingRow }>(
  place: CallPlace,
  careful: boolean,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (!careful) return rows;
  const living = new LivingLinks(place);
  return await Promise.all(rows.map(async (row) => ({ ...row, cells: await living.of(row.cells) })));
}

/** Rows that were deleted meanwhile are left out; the proof reports that they are gone. */
async function livingAmong(
  place: CallPlace,
  { live }: TableJob,
  rows: readonly RowId[],
): Promise<(row: RowId) => boolean> {
  const found = await readRowsById(place, tableReader(live, []), rows.toSorted(compareRowIds));
  return (row) => found.has(row);
}

/** What a piece of work is about, for a message. */
export function workText(work: Work): string {
  if (work.kind === "barrier") return "";
  if (work.kind === "cells" || work.kind === "delete") {
    return `${work.kind === "cells" ? "setting" : "deleting"} rows of table '${work.table.live.name}'`;
  }
  const table = `table '${work.job.name}'`;
  if (work.kind === "empty") return `emptying ${table}`;
  const id = (row: WorkRow | undefined) => rowIdText(work.job.plan.tableId, row?.old ?? "");
  const doing = { insert: "inserting", update: "updating", link: "setting links of" }[work.kind];
  const [first, last] = [work.rows[0], work.rows.at(-1)];
  return `${doing} ${first === last ? `row ${id(first)}` : `rows ${id(first)} to ${id(last)}`} of ${table}`;
}
