/**
 * One step of undoing a restore, in a transaction of its own. It sets back cells that still hold what was written, or
 * deletes rows that were inserted, and changes nothing else. It retries nothing.
 */
import type { Clock } from "../../clock.ts";
import { pause } from "../../clock.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { MapCell } from "../../id_map/map_cells.ts";
import { isMappedMedium, type MappedValue } from "../../id_map/mapped_value.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { readRowsById } from "../../tables/read/read_rows.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { openTransaction } from "../../tables/transaction.ts";
import type { MediaUpload } from "../../tables/write/encode_cells.ts";
import { type CallPlace, deleteRows } from "../../tables/write/write_rows.ts";
import { compareRowIds, parseRowId, type RowId } from "../../value/row_id.ts";
import { linksIn, renamedLinks } from "../in_place/link_cells.ts";
import { type UsableTable, usableTable } from "../in_place/live_tables.ts";
import type { Target } from "../job/target.ts";
import { checkDeletions, countAllRows, deletionRefused, isRestriction } from "./deletion_guard.ts";
import { restrictingRows } from "./restricting_rows.ts";
import { type CellSetting, type CellToSet, setCells } from "./write_cells.ts";

/** Rows that one call deletes. */
const DELETE_ROWS = 500;

/** Where a restore is undone. */
export interface UndoPlace {
  readonly target: Target;
  readonly clock: Clock;
  readonly cells: CellSetting;
}

/** Rows of one table that are deleted together. */
export interface DeletedRows {
  readonly table: UsableTable;
  readonly rows: readonly RowId[];
}

/**
 * Deletes rows of tables, in this order, if they exist. Returns how many there were.
 * @throws {AnvilSqliteError} `more-deleted`, `deletion-refused` (exit 1), and nothing is deleted; as a call does
 */
export async function deleteInserted(place: UndoPlace, deleted: readonly DeletedRows[]): Promise<number> {
  const tried: DeletedRows[] = [];
  try {
    return await inTransaction(place, async (inside) => {
      const { listed } = place.target;
      const planned = new Map<number, { added: number; deleted: number }>();
      const before = await countAllRows(inside, listed);
      let count = 0;
      for (const each of deleted) {
        tried.push(each);
        const { table, rows } = each;
        const ids = rows.toSorted(compareRowIds);
        const there = [...(await readRowsById(inside, tableReader(table.live, []), ids)).keys()].sort(compareRowIds);
        count += there.length;
        const change = planned.get(table.live.id) ?? { added: 0, deleted: 0 };
        planned.set(table.live.id, { ...change, deleted: change.deleted + there.length });
        for (let from = 0; from < there.length; from += DELETE_ROWS) {
          await deleteRows(inside, table.live.capability, there.slice(from, from + DELETE_ROWS));
        }
      }
      checkDeletions(listed, before, await countAllRows(inside, listed), planned);
      return count;
    });
  } catch (error) {
    const last = tried.at(-1);
    if (last === undefined || !isRestriction(error)) throw error;
    const holders = await restrictingRows(place.target, last.table.live.id, last.rows).catch(() => []);
    throw deletionRefused(last.table.live.name, holders, error);
  }
}

/** Sets cells of a table back. Returns how many were left, since somebody has changed them. */
export async function setCellsBack(place: UndoPlace, table: UsableTable, cells: readonly MapCell[]): Promise<number> {
  const { idMap } = place.cells;
  const outcomes = await inTransaction(place, async (inside) => {
    const alive = await livingTargets(place, inside, table, cells);
    const rows = [...Map.groupBy(cells, ({ row }) => row)].map(([row, own]) => ({
      row,
      cells: own.flatMap((cell): readonly CellToSet[] => {
        const column = table.columns.find(({ name }) => name === cell.column);
        if (column === undefined) return [];
        const to = backwards(column, cell.was, alive);
        return [{ id: cell.id, column, expected: cell.wrote, to, upload: uploadOf(idMap, to) }];
      }),
    }));
    return await setCells(inside, place.cells, table, rows);
  });
  idMap.cells.recordUndone(outcomes.filter(({ state }) => state === "written").map(({ id }) => id));
  return outcomes.filter(({ state }) => state !== "written").length;
}

/** Whether a link may be written. */
type IsAlive = (link: string) => boolean;

/** Split storage refuses links to deleted rows; classic storage takes them. */
async function livingTargets(
  { target, cells: { storageOf } }: UndoPlace,
  inside: CallPlace,
  { live, columns }: UsableTable,
  cells: readonly MapCell[],
): Promise<IsAlive> {
  if (storageOf(live.id) === "classic") return () => true;
  const links = cells.flatMap(({ column, was }) => {
    const kind = columns.find(({ name }) => name === column)?.kind;
    if (isMappedMedium(was) || kind !== "link_single" && kind !== "link_multiple") return [];
    return linksIn(kind, was).flatMap((link) => parseRowId(link) ?? []);
  });
  const alive = new Set<string>();
  for (const [id, rows] of Map.groupBy(links, ({ table }) => table)) {
    const table = usableTable(target, id);
    if (table === null) continue;
    const ids = [...new Set(rows.map(({ row }) => row))].sort(compareRowIds);
    for (const row of (await readRowsById(inside, tableReader(table.live, []), ids)).keys()) {
      alive.add(`[${id},${row}]`);
    }
  }
  return (link) => alive.has(link);
}

function backwards({ kind }: ColumnSchema, was: MappedValue, isAlive: IsAlive): MappedValue {
  if (isMappedMedium(was) || kind !== "link_single" && kind !== "link_multiple") return was;
  return renamedLinks(kind, was, (link) => isAlive(link) ? link : null);
}

function uploadOf(idMap: IdMap, to: MappedValue): MediaUpload | null {
  if (!isMappedMedium(to)) return null;
  const { contentType, name, sha256 } = to;
  const pieces = [...idMap.cells.mediumBytes(sha256 ?? "")];
  const length = pieces.reduce((sum, { length }) => sum + length, 0);
  return { contentType, name, length, bytes: () => pieces };
}

async function inTransaction<T>({ target, clock }: UndoPlace, body: (place: CallPlace) => Promise<T>): Promise<T> {
  const transaction = await openTransaction(target.connection, clock);
  try {
    const result = await body({ connection: target.connection, stack: transaction.stack });
    await transaction.close(false);
    return result;
  } catch (error) {
    await transaction.close(true).catch(() => transaction.abandon());
    throw error;
  }
}

/**
 * A commit that was asked for a short time ago may still take effect, and insert rows after others were deleted here.
 */
export async function waitForLateCommits(
  idMap: IdMap,
  { clock, settleMs, signal }: { readonly clock: Clock; readonly settleMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const ends = idMap.groups.unresolved().flatMap(({ closingAt }) => closingAt === null ? [] : [closingAt + settleMs]);
  const left = Math.min(settleMs, Math.max(0, ...ends) - clock.now());
  if (left > 0) await pause(clock, left, signal);
}
