/**
 * Rows and media written to the private copy: inserted, changed, deleted, with junction rows and media kept in step.
 * Everything runs inside the caller's transaction; access and types have been checked before.
 */
import { sqlKindOf } from "../../archive/rows/selected_cell.ts";
import { quoteName } from "../../ddl/quote.ts";
import { RowWriter } from "../../archive/rows/row_writer.ts";
import type { Cell } from "../../value/cell.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import { linkRows } from "./cell_text.ts";
import { databaseError, rowDeleted } from "../protocol/errors.ts";
import type { ReceivedMedia } from "../protocol/media_in.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import type { Store } from "../app/store.ts";

/** A medium to store: bytes that have arrived, or those of another medium. */
interface NewMedia {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly source: ReceivedMedia | { readonly sha256: string; readonly length: number };
}

/** What a column becomes. */
export type NewCell = Cell | NewMedia;

/** New cells of a row, by column. */
export type NewCells = ReadonlyMap<ServedColumn, NewCell>;

const writers = new WeakMap<ServedSnapshot, Map<ServedTable, RowWriter>>();

/** Inserts rows, in order; columns that are not named become None. */
export function insertRows(
  store: Store,
  snapshot: ServedSnapshot,
  table: ServedTable,
  rows: readonly NewCells[],
): readonly RowId[] {
  const empty = (column: ServedColumn | undefined): Cell =>
    column?.kind === "link_multiple" && snapshot.storage === "split" ? "[]" : null;
  const columns = table.plan.columns.map((plan) => table.columns.find((column) => column.plan === plan));
  const written = rows.map((cells) => {
    for (const [column, cell] of cells) checkTargets(snapshot, column, cell);
    return {
      id: store.nextRow(table.id),
      cells: columns.map((column): Cell => {
        const cell = column === undefined ? undefined : cells.get(column);
        return cell === undefined ? empty(column) : storedCell(store, snapshot, cell);
      }),
    };
  });
  writerOf(snapshot, table).write(written);
  return written.map(({ id }) => id);
}

function writerOf(snapshot: ServedSnapshot, table: ServedTable): RowWriter {
  const ofSnapshot = writers.get(snapshot) ?? new Map<ServedTable, RowWriter>();
  writers.set(snapshot, ofSnapshot);
  const writer = ofSnapshot.get(table) ?? new RowWriter(snapshot.engine, table.plan);
  ofSnapshot.set(table, writer);
  return writer;
}

/**
 * Changes cells of a row; the others stay.
 * @throws {CallError} RowDeleted
 */
export function updateRow(
  store: Store,
  snapshot: ServedSnapshot,
  table: ServedTable,
  row: RowId,
  cells: NewCells,
): void {
  const [existing] = snapshot.rows(`SELECT 1 FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
  if (existing === undefined) throw rowDeleted();
  const sets: string[] = [];
  const bound = snapshot.engine.bindings();
  for (const [column, cell] of cells) {
    checkTargets(snapshot, column, cell);
    if (column.kind === "media") deleteMedia(snapshot, table, [column], row);
    const stored = storedCell(store, snapshot, cell);
    if (column.plan.junction !== null) replaceLinks(snapshot, table, column, row, stored);
    sets.push(`${column.sql} = ${bound.add(stored, sqlKindOf(column.kind))}`);
  }
  if (sets.length === 0) return;
  const where = `${table.rowid} = ${bound.add(BigInt(row))}`;
  snapshot.run(`UPDATE ${table.sql} SET ${sets.join(", ")} WHERE ${where}`, bound.values);
}

/** Deletes rows that are there; says how many there were. */
export function removeRows(snapshot: ServedSnapshot, table: ServedTable, rows: readonly RowId[]): number {
  let deleted = 0;
  const media = table.columns.filter(({ kind }) => kind === "media");
  for (const row of rows) {
    deleteMedia(snapshot, table, media, row);
    for (const { plan } of table.columns) {
      if (plan.junction === null) continue;
      snapshot.run(`DELETE FROM ${quoteName(plan.junction.sqlName)} WHERE _anvil_row_id = ?1`, [
        rowIdText(table.id, row),
      ]);
    }
    deleted += snapshot.run(`DELETE FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
    if (snapshot.storage === "split") forgetLinksTo(snapshot, table, row);
  }
  return deleted;
}

/** Deletes all rows of a table, faster than one by one where no link needs to be looked after. */
export function emptyTable(snapshot: ServedSnapshot, table: ServedTable): void {
  if (snapshot.storage === "split") {
    const rows = snapshot.rows(`SELECT ${table.rowid} FROM ${table.sql}`);
    return void removeRows(snapshot, table, rows.map(([id]) => String(id)));
  }
  for (const { kind, sql, plan } of table.columns) {
    if (kind === "media") {
      snapshot.run(`DELETE FROM _anvil_media_objects WHERE id IN (SELECT ${sql} FROM ${table.sql})`);
    }
    if (plan.junction !== null) snapshot.run(`DELETE FROM ${quoteName(plan.junction.sqlName)}`);
  }
  snapshot.run(`DELETE FROM ${table.sql}`);
}

/** Split storage sets single links to a deleted row to None and takes it out of lists. */
function forgetLinksTo(snapshot: ServedSnapshot, target: ServedTable, row: RowId): void {
  const text = rowIdText(target.id, row);
  for (const owner of snapshot.app.tables) {
    if (!owner.held) continue;
    for (const column of owner.columns) {
      if (column.targetId !== target.id) continue;
      const { junction } = column.plan;
      if (junction === null) {
        snapshot.run(`UPDATE ${owner.sql} SET ${column.sql} = NULL WHERE ${column.sql} = ?1`, [text]);
        continue;
      }
      const owners = snapshot.rows(
        `SELECT DISTINCT t.${owner.rowid}, t.${column.sql} FROM ${owner.sql} AS t
         JOIN ${quoteName(junction.sqlName)} AS j ON j._anvil_row_id = t.${owner.rowIdSql} WHERE j.target_row_id = ?1`,
        [text],
      );
      for (const [id, cell] of owners) {
        const left = linkRows(String(cell)).map((each) => rowIdText(target.id, each)).filter((each) => each !== text);
        const list = JSON.stringify(left);
        snapshot.run(`UPDATE ${owner.sql} SET ${column.sql} = ?2 WHERE ${owner.rowid} = ?1`, [id ?? null, list]);
        replaceLinks(snapshot, owner, column, String(id), list);
      }
    }
  }
}

/** Between split tables a foreign key checks that linked rows are there; classic storage does not look. */
function checkTargets(snapshot: ServedSnapshot, { targetId, plan }: ServedColumn, cell: NewCell): void {
  const target = targetId === null ? null : snapshot.app.table(targetId);
  if (snapshot.storage === "classic" || target === null || !target.held || typeof cell !== "string") return;
  const links = plan.junction === null ? [cell] : linkRows(cell).map((row) => rowIdText(target.id, row));
  for (const link of links) {
    const [found] = snapshot.rows(`SELECT 1 FROM ${target.sql} WHERE ${target.rowIdSql} = ?1`, [link]);
    if (found === undefined) {
      throw databaseError("ERROR: insert or update on table violates foreign key constraint");
    }
  }
}

function replaceLinks(
  snapshot: ServedSnapshot,
  table: ServedTable,
  column: ServedColumn,
  row: RowId,
  cell: Cell,
): void {
  const { junction } = column.plan;
  if (junction === null) return;
  const owner = rowIdText(table.id, row);
  const name = quoteName(junction.sqlName);
  snapshot.run(`DELETE FROM ${name} WHERE _anvil_row_id = ?1`, [owner]);
  const links = typeof cell === "string" ? linkRows(cell) : [];
  links.forEach((link, position) =>
    snapshot.run(`INSERT INTO ${name} (_anvil_row_id, position, target_row_id) VALUES (?1, ?2, ?3)`, [
      owner,
      BigInt(position),
      rowIdText(column.targetId ?? 0, link),
    ])
  );
}

function storedCell(store: Store, snapshot: ServedSnapshot, cell: NewCell): Cell {
  return typeof cell === "object" && cell !== null ? insertMedia(store, snapshot, cell) : cell;
}

/** Files a medium and gives the id that its cell holds. Equal bytes are stored once. */
function insertMedia(store: Store, snapshot: ServedSnapshot, { contentType, name, source }: NewMedia): bigint {
  const id = store.nextMedium();
  if ("pieces" in source) {
    const [known] = snapshot.rows("SELECT 1 FROM _anvil_blobs WHERE sha256 = ?1 LIMIT 1", [source.sha256]);
    let n = 0n;
    for (const piece of known === undefined ? source.pieces() : []) {
      snapshot.run("INSERT INTO _anvil_blobs (sha256, n, bytes) VALUES (?1, ?2, ?3)", [source.sha256, n++, piece]);
    }
  }
  snapshot.run(
    `INSERT INTO _anvil_media_objects (id, content_type, name, length, sha256, manager, anvil_id, state)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'stored')`,
    [id, contentType, name, BigInt(source.length), source.sha256, managerOf(snapshot), id.toString()],
  );
  return id;
}

/** The manager that table media have on the wire. */
function managerOf({ storage }: ServedSnapshot): string {
  return storage === "split" ? "table-media-s" : "table-media";
}

/** Forgets media of a row. Their bytes stay until the file is saved: someone may be reading them. */
function deleteMedia(snapshot: ServedSnapshot, table: ServedTable, columns: readonly ServedColumn[], row: RowId): void {
  for (const { sql } of columns) {
    snapshot.run(
      `DELETE FROM _anvil_media_objects WHERE id = (SELECT ${sql} FROM ${table.sql} WHERE ${table.rowid} = ?1)`,
      [BigInt(row)],
    );
  }
}
