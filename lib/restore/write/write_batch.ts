/**
 * Makes the calls of one piece of work, inside the transaction of its group, and notes in the id map what they did.
 * It retries nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { addRows, type CallPlace, deleteAllRows, updateRows } from "../../tables/write/write_rows.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { rowIdText } from "../../value/row_id.ts";
import { partsOf } from "./batches.ts";
import type { RowsWork, Work, WorkRow } from "./work_list.ts";

/** Does a piece of work. */
export async function writeBatch(place: CallPlace, idMap: IdMap, group: bigint, work: Work): Promise<void> {
  switch (work.kind) {
    case "barrier":
      return;
    case "empty":
      await deleteAllRows(place, work.job.capability);
      return idMap.groups.recordEmptied(group, work.job.plan.tableId);
    case "insert":
      return await insert(place, idMap, group, work);
    case "update":
      await update(place, work);
      return idMap.groups.recordUpdated(group, work.job.plan.tableId, work.rows.map(({ old }) => old));
    case "link":
      await update(place, work);
      return idMap.groups.recordLinked(group, work.job.plan.tableId, work.rows.map(({ old }) => old));
  }
}

async function insert(place: CallPlace, idMap: IdMap, group: bigint, { job, rows }: RowsWork): Promise<void> {
  // Only a row that is alone in its call can be too large for one.
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
    // The map has each row of the app once.
    if (!/UNIQUE constraint failed/.test(String(cause))) throw cause;
    throw protocolError("a row that was added with the id of another row", cause);
  }
}

async function update(place: CallPlace, { job, rows }: RowsWork): Promise<void> {
  const changed = rows.flatMap(({ fresh, cells }) => fresh === null || cells.length === 0 ? [] : [{ fresh, cells }]);
  const capability = (fresh: string) => rowCapability(job.capability, fresh);
  const [alone] = changed;
  if (changed.length === 1 && alone !== undefined) {
    for (const cells of partsOf(alone.cells)) await updateRows(place, [{ row: capability(alone.fresh), cells }]);
  } else if (changed.length > 0) {
    await updateRows(place, changed.map(({ fresh, cells }) => ({ row: capability(fresh), cells })));
  }
}

/** What a piece of work is about, for a message. */
export function workText(work: Work): string {
  if (work.kind === "barrier") return "";
  const table = `table '${work.job.name}'`;
  if (work.kind === "empty") return `emptying ${table}`;
  const id = (row: WorkRow | undefined) => rowIdText(work.job.plan.tableId, row?.old ?? "");
  const doing = { insert: "inserting", update: "updating", link: "setting links of" }[work.kind];
  const [first, last] = [work.rows[0], work.rows.at(-1)];
  return `${doing} ${first === last ? `row ${id(first)}` : `rows ${id(first)} to ${id(last)}`} of ${table}`;
}
