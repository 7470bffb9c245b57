/**
 * What is left to do in the app, as a series of calls: tables emptied, rows without links, then links once every row
 * has its new id. It reads the archive and the id map as it goes, and sends nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { OpenRow } from "../../id_map/map_rows.ts";
import type { OutgoingRow } from "../../tables/write/encode_cells.ts";
import type { RowId } from "../../value/row_id.ts";
import { Batch, rowsByParameters, weigh, type Weight } from "./batches.ts";
import { type EncoderContext, RowEncoder } from "./row_encoder.ts";
import type { MapCell } from "../../id_map/map_cells.ts";
import { type UsableTable, usableTable } from "../in_place/live_tables.ts";
import type { TableJob } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";
import { childrenFirst } from "./children_first.ts";

/** A row with the cells that it should get. */
export interface WorkRow {
  readonly old: RowId;
  /** The app's row; null for a row that will be inserted. */
  readonly fresh: RowId | null;
  readonly cells: OutgoingRow;
}

/** Rows of one call. */
export interface RowsWork {
  readonly kind: "insert" | "update" | "link";
  readonly job: TableJob;
  readonly rows: readonly WorkRow[];
  readonly weight: Weight;
}

/** Cells of existing rows, for one call. */
export interface CellsWork {
  readonly kind: "cells";
  readonly table: UsableTable;
  readonly rows: readonly CellsOfRow[];
  readonly weight: Weight;
}

/** Cells of one row. */
interface CellsOfRow {
  readonly row: RowId;
  readonly cells: readonly MapCell[];
}

/** Rows of the app to delete, for one call. */
interface DeleteWork {
  readonly kind: "delete";
  readonly table: UsableTable;
  readonly rows: readonly RowId[];
}

/** One piece of work. */
export type Work =
  | { readonly kind: "empty"; readonly job: TableJob }
  | RowsWork
  | CellsWork
  | DeleteWork
  /** Everything before it must be done first. */
  | { readonly kind: "barrier" };

const BARRIER: Work = { kind: "barrier" };
/** Rows that are read from the id map at once. */
const MAP_ROWS = 1_000;
/** Rows that one call deletes. */
const DELETE_ROWS = 500;

/** The app that is written to: the tables that rows go into, and all others. */
interface WorkPlace {
  readonly jobs: readonly TableJob[];
  readonly target: Target;
}

/** The work as a queue; the next piece can be looked at. */
export class WorkList implements Disposable {
  readonly #work: Generator<Work, void>;
  #next: Work | null | undefined;

  constructor(context: EncoderContext, { jobs, target }: WorkPlace, inOrder: boolean) {
    this.#work = withoutIdleBarriers(allWork(context, jobs, target, inOrder));
  }

  /** What comes next; null at the end. */
  peek(): Work | null {
    if (this.#next === undefined) this.#next = this.#work.next().value ?? null;
    return this.#next;
  }

  /** Takes what comes next. */
  take(): Work | null {
    const next = this.peek();
    if (next !== null) this.#next = undefined;
    return next;
  }

  [Symbol.dispose](): void {
    this.#work.return();
  }
}

function* allWork(
  context: EncoderContext,
  jobs: readonly TableJob[],
  target: Target,
  inOrder: boolean,
): Generator<Work, void> {
  const emptied = jobs.filter((job) => context.idMap.groups.needsEmptying(job.plan.tableId));
  for (const { live } of childrenFirst(target, emptied.map((job) => job.live.id))) {
    const job = emptied.find((each) => each.live.id === live.id);
    if (job !== undefined) yield { kind: "empty", job };
    // Tables that link come before their targets: rows that forbid a deletion must be gone first.
    yield BARRIER;
  }
  for (const job of jobs) yield* dataWork(context, job, inOrder);
  yield BARRIER;
  for (const job of jobs) if (job.links.length > 0) yield* linkWork(context, job);
  for (const id of context.idMap.cells.tables("open")) yield* cellWork(context, usableTable(target, id));
  const deleting = context.idMap.cells.tablesWithDeletions();
  if (deleting.length === 0) return;
  yield BARRIER;
  for (const table of childrenFirst(target, deleting)) yield* deleteWork(context, table);
}

/** A barrier without work before it would make an empty transaction, and an empty entry in the id map. */
function* withoutIdleBarriers(works: Iterable<Work>): Generator<Work, void> {
  let isIdle = true;
  for (const work of works) {
    if (work.kind === "barrier" && isIdle) continue;
    isIdle = work.kind === "barrier";
    yield work;
  }
}

function* dataWork(context: EncoderContext, job: TableJob, inOrder: boolean): Generator<Work, void> {
  using encoder = new RowEncoder(context, job);
  const maxRows = rowsByParameters(job.data.map(({ column }) => column.kind));
  const pending = { insert: new Batch<WorkRow>(maxRows), update: new Batch<WorkRow>(maxRows) };
  for (const row of openRows((after) => context.idMap.rows.unwritten(job.plan.tableId, after, MAP_ROWS))) {
    const cells = encoder.data(row.old, row.action);
    const weight = weigh(cells);
    if (!pending[row.action].takes(weight)) {
      yield rowsWork(row.action, job, pending[row.action]);
      if (inOrder) yield BARRIER;
      pending[row.action] = new Batch(maxRows);
    }
    pending[row.action].add({ old: row.old, fresh: row.fresh, cells }, weight);
  }
  for (const kind of ["insert", "update"] as const) {
    if (pending[kind].items.length > 0) yield rowsWork(kind, job, pending[kind]);
  }
  if (inOrder) yield BARRIER;
}

function* linkWork(context: EncoderContext, job: TableJob): Generator<Work, void> {
  using encoder = new RowEncoder(context, job);
  const maxRows = rowsByParameters(job.links.map(({ column }) => column.kind));
  let pending = new Batch<WorkRow>(maxRows);
  for (const row of openRows((after) => context.idMap.rows.unlinked(job.plan.tableId, after, MAP_ROWS))) {
    const cells = encoder.links(row.old, row.action);
    const weight = weigh(cells);
    if (!pending.takes(weight)) {
      yield rowsWork("link", job, pending);
      pending = new Batch(maxRows);
    }
    pending.add({ old: row.old, fresh: row.fresh, cells }, weight);
  }
  if (pending.items.length > 0) yield rowsWork("link", job, pending);
}

function rowsWork(kind: RowsWork["kind"], job: TableJob, { items, weight }: Batch<WorkRow>): RowsWork {
  return { kind, job, rows: items, weight };
}

/** @param table null when the app has lost it since the plan: then its cells cannot be set */
function* cellWork({ idMap }: EncoderContext, table: UsableTable | null): Generator<Work, void> {
  if (table === null) return;
  let pending = new Batch<CellsOfRow>(rowsByParameters(table.columns.map(({ kind }) => kind)));
  const done = (): CellsWork => ({ kind: "cells", table, rows: pending.items, weight: pending.weight });
  for (let after: RowId = "0";;) {
    const cells = idMap.cells.page(table.live.id, "open", after, MAP_ROWS);
    const last = cells.at(-1);
    if (last === undefined) break;
    after = last.row;
    for (const [row, own] of Map.groupBy(cells, (cell) => cell.row)) {
      const weight = weighCells(own);
      if (!pending.takes(weight)) {
        yield done();
        pending = new Batch(rowsByParameters(table.columns.map(({ kind }) => kind)));
      }
      pending.add({ row, cells: own }, weight);
    }
  }
  if (pending.items.length > 0) yield done();
}

/**
 * Roughly how many bytes the cells of a row take in a call: their new values are sent; their old ones are known
 * already.
 */
function weighCells(cells: readonly MapCell[]): Weight {
  let bytes = 330;
  for (const { want, column } of cells) bytes += column.length + (typeof want === "string" ? want.length * 8 : 100);
  return { bytes, media: 0, mediaBytes: 0 };
}

function* deleteWork({ idMap }: EncoderContext, table: UsableTable): Generator<Work, void> {
  for (let after: RowId = "0";;) {
    const rows = idMap.cells.deletions(table.live.id, after, DELETE_ROWS).map(({ row }) => row);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last;
    yield { kind: "delete", table, rows };
  }
  // Tables that link come before their targets: rows that forbid a deletion must be gone first.
  yield BARRIER;
}

function* openRows(page: (after: RowId) => readonly OpenRow[]): Generator<OpenRow, void> {
  for (let after: RowId = "0";;) {
    const rows = page(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < MAP_ROWS) return;
    after = last.old;
  }
}

/** Tables with work left, for a restore that is resumed. */
export function hasWork(idMap: IdMap, jobs: readonly TableJob[]): boolean {
  return jobs.some(({ plan: { tableId }, links }) =>
    idMap.groups.needsEmptying(tableId) || idMap.rows.unwritten(tableId, "0", 1).length > 0 ||
    links.length > 0 && idMap.rows.unlinked(tableId, "0", 1).length > 0
  ) || idMap.cells.tables("open").length > 0 || idMap.cells.tablesWithDeletions().length > 0;
}
