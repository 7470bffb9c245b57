/**
 * Links to rows that do not exist. Classic storage keeps them. Split storage does not: a single link to a deleted row
 * is None, and a list no longer contains it. An archive of one storage may be served as the other. SQL text only.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";

/** The table in which a row must exist for its link to show; null if every link shows. */
export function guardedTarget({ storage, app }: ServedSnapshot, { targetId }: ServedColumn): ServedTable | null {
  const target = storage === "classic" || targetId === null ? null : app.table(targetId);
  return target?.held ? target : null;
}

/** Whether the row that an SQL text names, as `[table,row]`, exists. */
export function existsSql(target: ServedTable, rowId: string): string {
  return `EXISTS (SELECT 1 FROM ${target.sql} AS linked WHERE linked.${target.rowIdSql} = ${rowId})`;
}

/** SQL of what a single link shows. */
export function shownLinkSql(snapshot: ServedSnapshot, column: ServedColumn, cell: string): string {
  const target = guardedTarget(snapshot, column);
  return target === null ? cell : `CASE WHEN ${existsSql(target, cell)} THEN ${cell} END`;
}

/** Condition: a list of links contains the row that an SQL text names. */
export function listHoldsSql(owner: ServedTable, { plan: { junction } }: ServedColumn, rowId: string): string {
  if (junction === null) return "0";
  return `EXISTS (SELECT 1 FROM ${quoteName(junction.sqlName)} AS held
    WHERE held._anvil_row_id = ${owner.sql}.${owner.rowIdSql} AND held.target_row_id = ${rowId})`;
}
