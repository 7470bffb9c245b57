/**
 * What is left to do in the app, as calls to be made, one after the other: tables emptied, rows without links, then
 * links once every row has its new id. It reads the archive and the id map as it goes, and sends nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { OpenRow } from "../../id_map/map_rows.ts";
import type { OutgoingRow } from "../../tables/write/encode_cells.ts";
import type { RowId } from "../../value/row_id.ts";
import { Batch, rowsByParameters, weigh, type Weight } from "./batches.ts";
import { type EncoderContext, RowEncoder } from "./row_encoder.ts";
import type { TableJob } from "../job/table_job.ts";

/** A row with the cells that it is to have. */
export interface WorkRow {
  readonly old: RowId;
  /** The app's row; null for one that is to be inserted. */
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

/** One thing to do. */
export type Work =
  | { readonly kind: "empty"; readonly job: TableJob }
  | RowsWork
  /** All that came before must be done first. */
  | { readonly kind: "barrier" };

const BARRIER: Work = { kind: "barrier" };
/** Rows that the id map is asked for at once. */
const MAP_ROWS = 1_000;

/** The work, with a look ahead. */
export class WorkList implements Disposable {
  readonly #work: Generator<Work, void>;
  #next: Work | null | undefined;

  constructor(context: EncoderContext, jobs: readonly TableJob[], inOrder: boolean) {
    this.#work = withoutIdleBarriers(allWork(context, jobs, inOrder));
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

function* allWork(context: EncoderContext, jobs: readonly TableJob[], inOrder: boolean): Generator<Work, void> {
  const emptied = jobs.filter((job) => context.idMap.groups.needsEmptying(job.plan.tableId));
  for (const job of emptied) yield { kind: "empty", job };
  yield BARRIER;
  for (const job of jobs) yield* dataWork(context, job, inOrder);
  yield BARRIER;
  for (const job of jobs) if (job.links.length > 0) yield* linkWork(context, job);
}

/** A barrier with nothing before it would make a transaction in which nothing is done, and an id map of nothing. */
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

function* openRows(page: (after: RowId) => readonly OpenRow[]): Generator<OpenRow, void> {
  for (let after: RowId = "0";;) {
    const rows = page(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < MAP_ROWS) return;
    after = last.old;
  }
}

/** Tables with anything left to do, for a restore that is taken up again. */
export function hasWork(idMap: IdMap, jobs: readonly TableJob[]): boolean {
  return jobs.some(({ plan: { tableId }, links }) =>
    idMap.groups.needsEmptying(tableId) || idMap.rows.unwritten(tableId, "0", 1).length > 0 ||
    links.length > 0 && idMap.rows.unlinked(tableId, "0", 1).length > 0
  );
}
