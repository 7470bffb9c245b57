/**
 * The writing calls of Data Tables: adding, updating and deleting rows, and asking whether a row exists. One function
 * for each call; none of them retries, and none decides what is sent.
 */
import { isArray, numberSource } from "../../json/exact_json.ts";
import { isRowId, type RowId } from "../../value/row_id.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { Capability } from "../../uplink/wire_object.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { CallParts, type OutgoingRow } from "./encode_cells.ts";
import { TABLES_V2 } from "../listing.ts";
import { rowCapability } from "../table_scope.ts";

/** Where a call is made: on this connection, and inside the transaction of this stack if there is one. */
export interface CallPlace {
  readonly connection: Connection;
  readonly stack: string;
}

/**
 * Adds rows and uploads their media.
 * @returns the ids of the new rows, in the order of `rows`
 */
export async function addRows(
  { connection, stack }: CallPlace,
  table: Capability,
  rows: readonly OutgoingRow[],
): Promise<readonly RowId[]> {
  const parts = new CallParts();
  const args = [
    parts.capability(table, ["args", 0]),
    rows.map((row, index) => parts.row(row, ["args", 1, index])),
  ];
  const { objects, media } = parts;
  const { response } = await connection.call({ command: `${TABLES_V2}table.add_rows`, args, objects, media, stack });
  const added = isArray(response) ? response[0] : null;
  if (!isArray(added) || added.length !== rows.length) throw protocolError("rows that were added without their ids");
  const ids = added.map((entry) => {
    const id = isArray(entry) ? numberSource(entry[0] ?? null) : null;
    if (id === null || !isRowId(id)) throw protocolError("a row that was added without its id");
    return id;
  });
  if (new Set(ids).size < ids.length) throw protocolError("one id for two rows that were added");
  return ids;
}

/** A row and its new cells. */
interface RowUpdate {
  readonly row: Capability;
  readonly cells: OutgoingRow;
}

/** Updates rows; missing cells stay. Doing it twice is the same as doing it once. */
export async function updateRows({ connection, stack }: CallPlace, updates: readonly RowUpdate[]): Promise<void> {
  const parts = new CallParts();
  const entries = updates.map(({ row, cells }, index) => [
    parts.capability(row, ["args", 0, index, 0]),
    parts.row(cells, ["args", 0, index, 1]),
    null,
  ]);
  const { objects, media } = parts;
  const command = `${TABLES_V2}row.batch_update`;
  const { response } = await connection.call({ command, args: [entries], objects, media, stack });
  if (!isArray(response) || response.length !== updates.length) {
    throw protocolError(`an update of ${updates.length} rows that does not say so`);
  }
}

/** Deletes rows; the server ignores those that are gone already. */
export async function deleteRows(
  { connection, stack }: CallPlace,
  table: Capability,
  rows: readonly RowId[],
): Promise<void> {
  const parts = new CallParts();
  const entries = rows.map((
    row,
    index,
  ) => [parts.capability(rowCapability(table, row), ["args", 0, index, 0]), null]);
  await connection.call({
    command: `${TABLES_V2}row.batch_delete_2`,
    args: [entries],
    objects: parts.objects,
    stack,
  });
}

/** Deletes all rows of a table. */
export async function deleteAllRows({ connection, stack }: CallPlace, table: Capability): Promise<void> {
  const parts = new CallParts();
  const args = [parts.capability(table, ["args", 0])];
  await connection.call({ command: `${TABLES_V2}table.delete_all_rows`, args, objects: parts.objects, stack });
}

/** Whether a table has a row of this id now. */
export async function hasRow({ connection, stack }: CallPlace, table: Capability, row: RowId): Promise<boolean> {
  const parts = new CallParts();
  // The id is sent as text: the server takes both, and no digit is lost.
  const args = [parts.capability(table, ["args", 0]), row];
  const { response } = await connection.call({
    command: `${TABLES_V2}table.has_row`,
    args,
    objects: parts.objects,
    stack,
  });
  // An odd answer is not taken for "no": otherwise rows would be written a second time.
  if (typeof response !== "boolean") throw protocolError("neither yes nor no to whether a row is there");
  return response;
}
