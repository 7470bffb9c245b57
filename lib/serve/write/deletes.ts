/**
 * Deletes rows from the private copy, with their media and junction rows, and settles the links to them. In classic
 * storage links stay. In split storage they become None, or the rows that hold them are deleted too, or the deletion is
 * refused.
 */
import { quoteName } from "../../ddl/quote.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import { rowsReferenced } from "../protocol/errors.ts";
import { linkRows } from "../database/cell_text.ts";
import { deleteMedia, replaceLinks, type Writing } from "./writes.ts";

/** Rows of several tables. */
type RowsByTable = Map<ServedTable, Set<RowId>>;

/**
 * Deletes existing rows.
 * @throws {CallError} TableError in split storage, when a row that stays has a link to one of them that forbids it
 */
export function removeRows(writing: Writing, table: ServedTable, rows: readonly RowId[]): void {
  const going: RowsByTable = new Map([[table, new Set(rows)]]);
  const { snapshot } = writing;
  if (snapshot.storage === "split") {
    addCascading(snapshot, going);
    checkRestricting(snapshot, going);
  }
  for (const [each, ids] of going) for (const row of ids) writing.touch(each.id, row);
  if (snapshot.storage === "split") emptyLinks(writing, going);
  for (const [each, ids] of going) for (const row of ids) removeRow(snapshot, each, row);
}

function removeRow(snapshot: ServedSnapshot, table: ServedTable, row: RowId): void {
  deleteMedia(snapshot, table, table.columns.filter(({ kind }) => kind === "media"), row);
  for (const { plan } of table.columns) {
    if (plan.junction === null) continue;
    snapshot.run(`DELETE FROM ${quoteName(plan.junction.sqlName)} WHERE _anvil_row_id = ?1`, [
      rowIdText(table.id, row),
    ]);
  }
  snapshot.run(`DELETE FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
}

/** Deletes all rows of a table; when no links need care, this is faster than one by one. */
export function emptyTable(writing: Writing, table: ServedTable): void {
  const { snapshot, touch } = writing;
  if (snapshot.storage === "split") {
    const rows = snapshot.rows(`SELECT ${table.rowid} FROM ${table.sql}`);
    return removeRows(writing, table, rows.map(([id]) => String(id)));
  }
  touch(table.id, "all");
  for (const { kind, sql, plan } of table.columns) {
    if (kind === "media") {
      snapshot.run(`DELETE FROM _anvil_media_objects WHERE id IN (SELECT ${sql} FROM ${table.sql})`);
    }
    if (plan.junction !== null) snapshot.run(`DELETE FROM ${quoteName(plan.junction.sqlName)}`);
  }
  snapshot.run(`DELETE FROM ${table.sql}`);
}

/** Columns that link to a table, with the tables that have them. */
function* linksTo(
  snapshot: ServedSnapshot,
  target: ServedTable,
): Iterable<readonly [owner: ServedTable, column: ServedColumn]> {
  for (const owner of snapshot.app.tables) {
    if (!owner.held) continue;
    for (const column of owner.columns) if (column.targetId === target.id) yield [owner, column];
  }
}

/** Rows whose single link leads to a row. */
function holders(
  snapshot: ServedSnapshot,
  owner: ServedTable,
  { sql }: ServedColumn,
  target: ServedTable,
  row: RowId,
): readonly RowId[] {
  const rows = snapshot.rows(`SELECT ${owner.rowid} FROM ${owner.sql} WHERE ${sql} = ?1`, [rowIdText(target.id, row)]);
  return rows.map(([id]) => String(id));
}

/** Adds rows that are deleted because they link to deleted rows, and so on. */
function addCascading(snapshot: ServedSnapshot, going: RowsByTable): void {
  const pending = [...going].flatMap(([table, ids]) => [...ids].map((row) => [table, row] as const));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [target, row] = next;
    for (const [owner, column] of linksTo(snapshot, target)) {
      if (column.onDelete !== "cascade" || column.kind !== "link_single") continue;
      const ids = going.get(owner) ?? new Set();
      going.set(owner, ids);
      for (const holder of holders(snapshot, owner, column, target, row)) {
        if (ids.has(holder)) continue;
        ids.add(holder);
        pending.push([owner, holder]);
      }
    }
  }
}

/** Rows that are deleted themselves prevent nothing. Source: tried on PostgreSQL 15. */
function checkRestricting(snapshot: ServedSnapshot, going: RowsByTable): void {
  for (const [target, ids] of going) {
    for (const [owner, column] of linksTo(snapshot, target)) {
      if (column.onDelete !== "restrict" || column.kind !== "link_single") continue;
      for (const row of ids) {
        const staying = holders(snapshot, owner, column, target, row).some((id) => !going.get(owner)?.has(id));
        if (staying) throw rowsReferenced();
      }
    }
  }
}

/** Sets single links to deleted rows to None and takes those rows out of lists. */
function emptyLinks(writing: Writing, going: RowsByTable): void {
  for (const [target, ids] of going) {
    for (const [owner, column] of linksTo(writing.snapshot, target)) {
      for (const row of ids) {
        if (column.plan.junction === null) emptyLink(writing, owner, column, rowIdText(target.id, row));
        else shortenLists(writing, owner, column, target, row);
      }
    }
  }
}

function emptyLink({ snapshot, touch }: Writing, owner: ServedTable, { sql }: ServedColumn, text: string): void {
  const rows = snapshot.rows(`SELECT ${owner.rowid} FROM ${owner.sql} WHERE ${sql} = ?1`, [text]);
  for (const [id] of rows) touch(owner.id, String(id));
  if (rows.length > 0) snapshot.run(`UPDATE ${owner.sql} SET ${sql} = NULL WHERE ${sql} = ?1`, [text]);
}

function shortenLists(
  { snapshot, touch }: Writing,
  owner: ServedTable,
  column: ServedColumn,
  target: ServedTable,
  row: RowId,
): void {
  const { junction } = column.plan;
  if (junction === null) return;
  const text = rowIdText(target.id, row);
  const rows = snapshot.rows(
    `SELECT DISTINCT t.${owner.rowid}, t.${column.sql} FROM ${owner.sql} AS t
     JOIN ${quoteName(junction.sqlName)} AS j ON j._anvil_row_id = t.${owner.rowIdSql} WHERE j.target_row_id = ?1`,
    [text],
  );
  for (const [id, cell] of rows) {
    touch(owner.id, String(id));
    const left = linkRows(String(cell)).map((each) => rowIdText(target.id, each)).filter((each) => each !== text);
    const list = JSON.stringify(left);
    snapshot.run(`UPDATE ${owner.sql} SET ${column.sql} = ?2 WHERE ${owner.rowid} = ?1`, [id ?? null, list]);
    replaceLinks(snapshot, owner, column, String(id), list);
  }
}
