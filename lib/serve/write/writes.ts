/**
 * Inserts and changes rows in the private copy, and keeps junction rows and media in step. Everything runs inside the
 * caller's transaction; access and types have been checked before.
 */
import { sqlKindOf } from "../../archive/rows/selected_cell.ts";
import { RowWriter } from "../../archive/rows/row_writer.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Cell } from "../../value/cell.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import type { Store, Touch } from "../app/store.ts";
import { databaseError, updatedRowDeleted } from "../protocol/errors.ts";
import type { ReceivedMedia } from "../protocol/media_in.ts";
import { linkRows } from "../database/cell_text.ts";
import { existsSql, guardedTarget } from "../query/links.ts";

/** What the writes of one call need. */
export interface Writing {
  readonly store: Store;
  readonly snapshot: ServedSnapshot;
  /** Receives every change before it is made. */
  readonly touch: Touch;
}

/** A medium to store: bytes that have arrived, or those of another medium. */
interface NewMedia {
  readonly contentType: string | null;
  readonly name: string | null;
  readonly source: ReceivedMedia | { readonly sha256: string; readonly length: number };
}

/** The new content of a column. */
export type NewCell = Cell | NewMedia;

/** New cells of a row, by column. */
export type NewCells = ReadonlyMap<ServedColumn, NewCell>;

const writers = new WeakMap<ServedSnapshot, Map<ServedTable, RowWriter>>();

/**
 * Inserts rows, in order; missing columns become None.
 * @throws {CallError} TableError for no rows at all in split storage, whose statement then has no values
 */
export function insertRows(writing: Writing, table: ServedTable, rows: readonly NewCells[]): readonly RowId[] {
  const { store, snapshot, touch } = writing;
  const isSplit = snapshot.storage === "split";
  if (rows.length === 0 && isSplit && table.columns.some(({ kind }) => kind !== "link_multiple")) {
    throw databaseError('ERROR: syntax error at or near "RETURNING"');
  }
  touch(table.id, null);
  const empty = (column: ServedColumn | undefined): Cell => column?.kind === "link_multiple" && isSplit ? "[]" : null;
  const columns = table.plan.columns.map((plan) => table.columns.find((column) => column.plan === plan));
  const written = rows.map((cells) => {
    for (const [column, cell] of cells) checkTargets(snapshot, column, cell);
    return {
      id: store.nextRow(table.id),
      cells: columns.map((column): Cell => {
        const cell = column === undefined ? undefined : cells.get(column);
        return cell === undefined ? empty(column) : storedCell(writing, cell);
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
 * @throws {CallError} RowDeleted, in split storage TableError
 */
export function updateRow(writing: Writing, table: ServedTable, row: RowId, cells: NewCells): void {
  const { snapshot, touch } = writing;
  // Before the row is searched: a row that another commit has deleted is a conflict.
  touch(table.id, row);
  const [existing] = snapshot.rows(`SELECT 1 FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
  if (existing === undefined) return updateNothing(snapshot, cells);
  const sets: string[] = [];
  const bound = snapshot.engine.bindings();
  for (const [column, cell] of cells) {
    checkTargets(snapshot, column, cell);
    if (column.kind === "media") deleteMedia(snapshot, table, [column], row);
    const stored = storedCell(writing, cell);
    if (column.plan.junction !== null) replaceLinks(snapshot, table, column, row, stored);
    sets.push(`${column.sql} = ${bound.add(stored, sqlKindOf(column.kind))}`);
  }
  if (sets.length === 0) return;
  const where = `${table.rowid} = ${bound.add(BigInt(row))}`;
  snapshot.run(`UPDATE ${table.sql} SET ${sets.join(", ")} WHERE ${where}`, bound.values);
}

/**
 * Split storage keeps lists of links beside the row: if nothing else is set, only their keys notice that the row is
 * gone.
 */
function updateNothing(snapshot: ServedSnapshot, cells: NewCells): void {
  const onlyLists = snapshot.storage === "split" && [...cells.keys()].every(({ kind }) => kind === "link_multiple");
  if (!onlyLists) throw updatedRowDeleted(snapshot.storage);
  if ([...cells.values()].some((cell) => cell !== "[]")) throw foreignKeyError();
}

function foreignKeyError() {
  return databaseError("ERROR: insert or update on table violates foreign key constraint");
}

/** Between split tables a foreign key checks that linked rows exist; classic storage does not check. */
function checkTargets(snapshot: ServedSnapshot, column: ServedColumn, cell: NewCell): void {
  const target = guardedTarget(snapshot, column);
  if (target === null || typeof cell !== "string") return;
  const links = column.plan.junction === null ? [cell] : linkRows(cell).map((row) => rowIdText(target.id, row));
  for (const link of links) {
    const [[found] = []] = snapshot.rows(`SELECT ${existsSql(target, "?1")}`, [link]);
    if (Number(found) === 0) throw foreignKeyError();
  }
}

/** Replaces the list of links of a row. */
export function replaceLinks(
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

function storedCell(writing: Writing, cell: NewCell): Cell {
  return typeof cell === "object" && cell !== null ? insertMedia(writing, cell) : cell;
}

/** Stores a medium and returns the id for its cell. Equal bytes are stored once. */
function insertMedia({ store, snapshot }: Writing, { contentType, name, source }: NewMedia): bigint {
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

/** The manager of table media on the wire. */
function managerOf({ storage }: ServedSnapshot): string {
  return storage === "split" ? "table-media-s" : "table-media";
}

/** Forgets media of a row. Their bytes stay until the file is saved: somebody may be reading them. */
export function deleteMedia(
  snapshot: ServedSnapshot,
  table: ServedTable,
  columns: readonly ServedColumn[],
  row: RowId,
): void {
  for (const { sql } of columns) {
    snapshot.run(
      `DELETE FROM _anvil_media_objects WHERE id = (SELECT ${sql} FROM ${table.sql} WHERE ${table.rowid} = ?1)`,
      [BigInt(row)],
    );
  }
}
