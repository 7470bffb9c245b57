/**
 * Sets cells of existing rows, inside the transaction of their group. It reads each cell again first, and leaves alone
 * what somebody has changed since the plan, and rows that somebody has deleted. The server notices a change between
 * that reading and the end of the transaction.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { CellOutcome, MapCell } from "../../id_map/map_cells.ts";
import { isMappedMedium, type MappedMedium, type MappedValue } from "../../id_map/mapped_value.ts";
import type { MediaReader } from "../../archive/media/media_reader.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { type Decoded, isCell, isMediaHandle, type MediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia } from "../../tables/fetch_media.ts";
import { readRowsById } from "../../tables/read/read_rows.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import {
  type MediaUpload,
  NONE,
  type OutgoingCell,
  outgoingCell,
  type OutgoingRow,
} from "../../tables/write/encode_cells.ts";
import { type CallPlace, updateRows } from "../../tables/write/write_rows.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import { mediumOf } from "../in_place/compare_row.ts";
import { linksIn, renamedLinks } from "../in_place/link_cells.ts";
import type { UsableTable } from "../in_place/live_tables.ts";
import { sameInStorage } from "../job/storage_changes.ts";
import type { TableCapability } from "../job/target.ts";
import { LivingLinks } from "./living_links.ts";
import { KeepingSink } from "./keeping_sink.ts";
import type { CellsWork } from "./work_list.ts";

/** Reads in flight for one batch; a few batches are in flight at the same time. */
const READS_IN_FLIGHT = 12;

/** What setting cells needs from the run. */
export interface CellSetting {
  readonly idMap: IdMap;
  /** Whether links are checked before they are written: one to a deleted row may fail a whole call. */
  readonly careful?: boolean;
  /** Whether cells that were changed after the plan are set too. */
  readonly overwriteNewer: boolean;
  readonly storageOf: (table: number) => "classic" | "split";
  /** A table of the app; null if it does not exist. */
  readonly capabilityOf: (table: number) => TableCapability | null;
}

/** What is needed to set cells to what a file holds. */
export interface FileSetting extends CellSetting {
  readonly media: MediaReader;
}

/** Sets the cells of a piece of work, and notes what happened to each. */
export async function writeCells(
  place: CallPlace,
  context: FileSetting,
  group: bigint,
  { table, rows }: CellsWork,
): Promise<void> {
  const changes = rows.map(({ row, cells }): RowChanges => ({
    row,
    cells: cells.flatMap((cell) => {
      const column = table.columns.find(({ name }) => name === cell.column);
      return column === undefined ? [] : [changeOf(context, cell, column)];
    }),
  }));
  const outcomes = await setCells(place, context, table, changes);
  context.idMap.cells.record(group, outcomes);
}

/** A cell that will be set. */
export interface CellToSet {
  readonly id: bigint;
  readonly column: ColumnSchema;
  /** The value that it should hold now; otherwise somebody has changed it. */
  readonly expected: MappedValue;
  readonly to: MappedValue;
  /** The bytes of its new medium. */
  readonly upload: MediaUpload | null;
}

/** Cells of one row that are to be set. */
interface RowChanges {
  readonly row: RowId;
  readonly cells: readonly CellToSet[];
}

function changeOf({ idMap, media }: FileSetting, { id, was, want }: MapCell, column: ColumnSchema): CellToSet {
  if (column.kind !== "media") {
    return { id, column, expected: was, to: resolved(idMap, column, want), upload: null };
  }
  const stored = typeof want === "bigint" ? media.find(want) : null;
  if (stored === null) return { id, column, expected: was, to: null, upload: null };
  const { contentType, name, length, sha256 } = stored;
  return {
    id,
    column,
    expected: was,
    to: { contentType, name, sha256, serverId: "" },
    upload: { contentType, name, length, bytes: () => media.bytes(stored) },
  };
}

/** Sets cells that hold their expected value. Returns what happened to each. */
export async function setCells(
  place: CallPlace,
  context: CellSetting,
  table: UsableTable,
  rows: readonly RowChanges[],
): Promise<readonly CellOutcome[]> {
  const names = new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column.name)));
  const columns = table.columns.filter(({ name }) => names.has(name));
  const ids = rows.map(({ row }) => row);
  const found = await readRowsById(place, tableReader(table.live, columns), ids, READS_IN_FLIGHT);
  const setter = new CellSetter(place, context, table);
  const living = new LivingLinks(place);
  const outcomes: CellOutcome[] = [];
  const updates: { readonly row: ReturnType<typeof rowCapability>; readonly cells: OutgoingRow }[] = [];
  for (const { row, cells } of rows) {
    const live = found.get(row);
    const out: [string, OutgoingCell][] = [];
    for (const cell of cells) {
      const at = columns.indexOf(cell.column);
      if (live === undefined) {
        outcomes.push({ id: cell.id, state: "gone", wrote: null });
        continue;
      }
      const { outcome, send } = await setter.judge(cell, live.cells[at] ?? null);
      outcomes.push(outcome);
      if (send !== null) out.push([cell.column.name, send]);
    }
    const sent = context.careful === true ? await living.of(out) : out;
    if (sent.length > 0) updates.push({ row: rowCapability(table.live.capability, row), cells: sent });
  }
  if (updates.length > 0) await updateRows(place, updates);
  return outcomes;
}

/** What is done with a cell, and what is sent for it. */
interface Judgement {
  readonly outcome: CellOutcome;
  readonly send: OutgoingCell | null;
}

class CellSetter {
  readonly #place: CallPlace;
  readonly #context: CellSetting;
  readonly #storage: "classic" | "split";

  constructor(place: CallPlace, context: CellSetting, { live }: UsableTable) {
    this.#place = place;
    this.#context = context;
    this.#storage = context.storageOf(live.id);
  }

  async judge(change: CellToSet, is: Decoded): Promise<Judgement> {
    const { id, column, expected, to } = change;
    if (column.kind === "media") return await this.#medium(change, is);
    if (!isCell(is) || isMappedMedium(expected) || isMappedMedium(to)) return left(id);
    const isAs = (value: Cell) => sameInStorage(this.#storage, column.kind, is, value);
    if (isAs(to) && !isAs(expected)) return { outcome: { id, state: "written", wrote: to }, send: null };
    if (!isAs(expected) && !this.#context.overwriteNewer) return left(id);
    return { outcome: { id, state: "written", wrote: to, was: is }, send: this.#outgoing(column, to) };
  }

  #outgoing({ kind, targetId }: ColumnSchema, to: Cell): OutgoingCell {
    if (kind !== "link_single" && kind !== "link_multiple") return outgoingCell(kind, to);
    const target = targetId === null ? null : this.#context.capabilityOf(targetId);
    const rows = linksIn(kind, to).flatMap((link) => {
      const row = parseRowId(link)?.row;
      return row === undefined || target === null ? [] : [rowCapability(target, row)];
    });
    const [first] = rows;
    if (kind === "link_single") return first === undefined ? NONE : { type: "row", row: first };
    if (rows.length > 0) return { type: "rows", rows };
    return to === null ? NONE : { type: "json", value: [] };
  }

  async #medium({ id, expected, to, upload }: CellToSet, is: Decoded): Promise<Judgement> {
    if (is !== null && !isMediaHandle(is)) return left(id);
    const now = is === null ? null : await this.#kept(is, mediumOf(is));
    if (isSameMedium(now, to)) return { outcome: { id, state: "written", wrote: to }, send: null };
    const isExpected = isMappedMedium(expected) ? now !== null && isAs(expected, now) : now === null;
    if (!isExpected && !this.#context.overwriteNewer) return left(id);
    const outcome = { id, state: "written", wrote: to, was: now } as const;
    return { outcome, send: upload === null ? NONE : { type: "media", upload } };
  }

  /** Keeps the bytes that the app has, so that they can be put back. */
  async #kept(handle: MediaHandle, medium: MappedMedium): Promise<MappedMedium> {
    const sink = new KeepingSink();
    await fetchMedia(this.#place.connection, handle, sink);
    const sha256 = sink.digest();
    const { cells } = this.#context.idMap;
    if (!cells.hasMedium(sha256)) cells.keepMedium(sha256, sink.pieces);
    return { ...medium, sha256 };
  }
}

/** Notes that somebody has changed the cell. */
function left(id: bigint): Judgement {
  return { outcome: { id, state: "changed", wrote: null }, send: null };
}

/** Whether a medium is still the one of the plan. */
function isAs(was: MappedMedium, now: MappedMedium): boolean {
  if (was.serverId !== "") return was.serverId === now.serverId;
  return was.contentType === now.contentType && was.name === now.name &&
    (was.sha256 === null || was.sha256 === now.sha256);
}

function isSameMedium(a: MappedMedium | null, b: MappedValue): boolean {
  if (a === null || !isMappedMedium(b)) return a === b;
  return a.sha256 === b.sha256 && a.contentType === b.contentType && a.name === b.name;
}

/** The new value of a cell, now that returned rows have their new ids. */
function resolved(idMap: IdMap, { kind }: Pick<ColumnSchema, "kind">, want: MappedValue): MappedValue {
  if (isMappedMedium(want) || kind !== "link_single" && kind !== "link_multiple") return want;
  return renamedLinks(kind, want, (link) => {
    const id = parseRowId(link);
    const found = id === null ? null : idMap.rows.find(id.table, id.row);
    if (id === null || found === null) return link;
    return found.fresh === null ? null : rowIdText(id.table, found.fresh);
  });
}
