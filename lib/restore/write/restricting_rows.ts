/**
 * Finds the rows because of which others cannot be deleted, so that the owner can be shown them. It only reads, outside
 * of any transaction.
 */
import { findHolders } from "../../tables/read/find_holders.ts";
import { readPage } from "../../tables/read/page.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import { freshStack } from "../../tables/transaction.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import { usableTable } from "../in_place/live_tables.ts";
import type { Target } from "../job/target.ts";

/** Most rows that are asked for, and most that are named. */
const ASKED = 20;
const NAMED = 5;

/**
 * Rows that link to rows of a table, as `table [id,row]`; only some of them.
 * @param rows the rows that were to be deleted; null for all rows of the table
 */
export async function restrictingRows(target: Target, table: number, rows: readonly RowId[] | null): Promise<string[]> {
  const { connection, listed } = target;
  const linked = usableTable(target, table);
  if (linked === null) return [];
  const stack = freshStack("holders");
  const reader = tableReader(linked.live, []);
  const asked = rows?.slice(0, ASKED) ??
    (await readPage(connection, stack, reader, { after: null, rows: ASKED })).rows.map(({ id }) => id);
  const named: string[] = [];
  for (const { id, name } of listed) {
    const holder = usableTable(target, id);
    for (const column of holder?.columns ?? []) {
      if (column.targetId !== table || column.kind !== "link_single" || holder === null) continue;
      for (const row of asked) {
        const search = { table: holder.live.capability, column, target: rowCapability(linked.live.capability, row) };
        for (const found of await findHolders(connection, stack, search)) {
          if (id === table && (rows === null || rows.includes(found))) continue;
          named.push(`${name} ${rowIdText(id, found)}`);
          if (named.length >= NAMED) return named;
        }
      }
    }
  }
  return named;
}
