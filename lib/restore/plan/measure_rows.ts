/**
 * Goes once through the rows that will be written: how much there is to send, and what of it cannot come back. It reads
 * the archive and the id map alone.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { MediaReader } from "../../archive/media/media_reader.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type Cell, linkedRows } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";
import { LossList, type LossMessage } from "../job/loss_list.ts";
import { isInPlace, type RestoreOptions } from "../job/restore_options.ts";
import { heldTables, type JobColumn, type JobLink, type TableJob } from "../job/table_job.ts";
import { FileCells } from "../job/file_cells.ts";
import { STORAGE_CHANGES, storageChange } from "../job/storage_changes.ts";
import { isLoss, LOSSES, wantedCell } from "../job/wanted_cell.ts";

/** Rows that a real server takes in a second, with several calls in flight; then links, bytes and media. */
const ROWS_PER_SECOND = 8_000;
const LINKED_ROWS_PER_SECOND = 5_000;
const BYTES_PER_SECOND = 10_000_000;
const MEDIA_PER_SECOND = 200;

/** Rows that are read from the id map at once. */
const MAP_ROWS = 1_000;

/** How much there is to send. */
interface Measures {
  readonly rows: number;
  /** Bytes of values, roughly. */
  readonly bytes: number;
  readonly media: number;
  readonly mediaBytes: number;
  readonly links: number;
  readonly estimateMs: number;
  readonly losses: readonly LossMessage[];
  /** Values that the app's storage changes. */
  readonly changes: readonly LossMessage[];
}

/** Whether a row is still to be written. */
function isLeft(idMap: IdMap, job: TableJob, row: RowId): boolean {
  const found = idMap.rows.find(job.plan.tableId, row);
  return found !== null && found.action !== "keep" && !found.written;
}

/** Measures what is planned. */
export function measureRows(options: RestoreOptions, idMap: IdMap, jobs: readonly TableJob[]): Measures {
  const meter = new Meter(options, idMap);
  try {
    for (const job of jobs) meter.table(job);
    return meter.measures();
  } finally {
    meter.close();
  }
}

class Meter {
  readonly #options: RestoreOptions;
  readonly #idMap: IdMap;
  readonly #media: MediaReader;
  readonly #cells: FileCells;
  readonly #losses = new LossList(LOSSES);
  readonly #changes = new LossList(STORAGE_CHANGES);
  readonly #lookups = new Map<number, RowLookup | null>();
  #rows = 0;
  #bytes = 0;
  #mediaCount = 0;
  #mediaBytes = 0;
  #links = 0;
  #linkedRows = 0;

  constructor(options: RestoreOptions, idMap: IdMap) {
    this.#options = options;
    this.#idMap = idMap;
    this.#media = new MediaReader(options.archive.engine);
    this.#cells = new FileCells(options.archive, this.#media, options.mask, options.media);
  }

  close(): void {
    this.#media[Symbol.dispose]();
    for (const lookup of this.#lookups.values()) lookup?.[Symbol.dispose]();
  }

  measures(): Measures {
    const seconds = this.#rows / ROWS_PER_SECOND + this.#linkedRows / LINKED_ROWS_PER_SECOND +
      (this.#bytes + this.#mediaBytes) / BYTES_PER_SECOND + this.#mediaCount / MEDIA_PER_SECOND;
    return {
      rows: this.#rows,
      bytes: this.#bytes,
      media: this.#mediaCount,
      mediaBytes: this.#mediaBytes,
      links: this.#links,
      estimateMs: Math.ceil(seconds * 1_000),
      losses: this.#losses.messages(),
      changes: this.#changes.messages(),
    };
  }

  table(job: TableJob): void {
    const data = [...job.data, ...job.unwritable].filter(({ mask }) => mask === null);
    const columns = [...data, ...job.links, ...job.outside];
    const indexes = columns.map(({ index }) => index);
    for (const { id, cells } of this.#rowsOf(job, indexes)) {
      this.#rows++;
      data.forEach((column, i) => this.#cell(job, column, id, cells[i] ?? null));
      let links = 0;
      job.links.forEach((link, i) => links += this.#link(job, link, id, cells[data.length + i] ?? null));
      this.#links += links;
      job.outside.forEach(({ column }, i) =>
        this.#outside(job, column, cells[data.length + job.links.length + i] ?? null)
      );
      if (links > 0) this.#linkedRows++;
    }
  }

  /** Rows that are still to be written: one by one if they may be few, otherwise with the whole table. */
  *#rowsOf(job: TableJob, indexes: readonly number[]): Iterable<{ id: RowId; cells: readonly SqlValue[] }> {
    const { engine } = this.#options.archive;
    if (!isInPlace(this.#options.mode)) {
      for (const row of readRows(engine, job.plan, indexes)) if (isLeft(this.#idMap, job, row.id)) yield row;
      return;
    }
    using lookup = new RowLookup(engine, job.plan, indexes);
    for (let after: RowId = "0";;) {
      const rows = this.#idMap.rows.unwritten(job.plan.tableId, after, MAP_ROWS);
      for (const { old } of rows) yield { id: old, cells: lookup.cells(old) ?? [] };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.old;
    }
  }

  #cell(job: TableJob, jobColumn: JobColumn, row: RowId, cell: SqlValue): void {
    const { column } = jobColumn;
    const wanted = this.#cells.wanted(job, jobColumn, row, cell);
    if (isLoss(wanted)) {
      if (wanted.loss !== "unwanted-media") this.#losses.add(job.name, column.name, wanted.loss);
      return;
    }
    this.#change(job, jobColumn, wanted);
    if (wanted === null) return;
    if (column.kind !== "media") {
      this.#bytes += typeof wanted === "string" ? wanted.length : 8;
    } else if (typeof wanted === "bigint") {
      this.#mediaCount++;
      this.#mediaBytes += this.#media.find(wanted)?.length ?? 0;
    }
  }

  #change({ name, storage }: TableJob, { column }: JobColumn, wanted: Cell): void {
    const change = storage === null ? null : storageChange(storage, column.kind, wanted);
    if (change !== null) this.#changes.add(name, column.name, change);
  }

  #outside(job: TableJob, { kind, name }: ColumnSchema, cell: SqlValue): void {
    if (!isLink(kind) || typeof cell !== "string" || isLoss(wantedCell(kind, cell, () => true))) return;
    for (const _ of linkedRows(kind, cell)) this.#losses.add(job.name, name, "outside-link");
  }

  /** Links of a cell that can be set. */
  #link(job: TableJob, link: JobLink, id: RowId, cell: SqlValue): number {
    const { column, kind, targetId } = link;
    const wanted = this.#cells.wanted(job, link, id, cell);
    if (isLoss(wanted)) this.#losses.add(job.name, column.name, wanted.loss);
    else this.#change(job, link, wanted);
    if (typeof wanted !== "string") return 0;
    let links = 0;
    for (const row of linkedRows(kind, wanted)) {
      if (targetId !== null && this.#idMap.rows.find(targetId, row) !== null) links++;
      else {
        this.#losses.add(job.name, column.name, this.#isArchived(targetId, row) ? "unselected-link" : "dangling-link");
      }
    }
    return links;
  }

  #isArchived(table: number | null, row: RowId): boolean {
    if (table === null) return false;
    let lookup = this.#lookups.get(table);
    if (lookup === undefined) {
      const { engine, catalogue } = this.#options.archive;
      const plan = heldTables(catalogue).find(({ tableId }) => tableId === table);
      lookup = plan === undefined ? null : new RowLookup(engine, plan, []);
      this.#lookups.set(table, lookup);
    }
    return (lookup?.cells(row) ?? null) !== null;
  }
}
