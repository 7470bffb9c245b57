/**
 * Turns rows of the archive into rows for the app: data first, links once every row has its new id. It reads the
 * archive and the id map, and sends nothing.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { MediaReader } from "../../archive/media/media_reader.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { type Cell, linkedRows } from "../../value/cell.ts";
import { NONE, type OutgoingCell, outgoingCell, type OutgoingRow } from "../../tables/write/encode_cells.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { JobColumn, JobLink, TableJob } from "../job/table_job.ts";
import type { FileCells } from "../job/file_cells.ts";
import { isLoss } from "../job/wanted_cell.ts";

/** What encoding needs from the run. */
export interface EncoderContext {
  readonly archive: OpenArchive;
  readonly idMap: IdMap;
  readonly media: MediaReader;
  readonly cells: FileCells;
}

/** Encodes the rows of one table. */
export class RowEncoder implements Disposable {
  readonly #context: EncoderContext;
  readonly #job: TableJob;
  readonly #data: RowLookup;
  readonly #links: RowLookup;

  constructor(context: EncoderContext, job: TableJob) {
    this.#context = context;
    this.#job = job;
    const { engine } = context.archive;
    const indexes = (columns: readonly JobColumn[]) => columns.map(({ index }) => index);
    this.#data = new RowLookup(engine, job.plan, [...indexes(job.data), ...indexes(job.links)]);
    this.#links = new RowLookup(engine, job.plan, indexes(job.links));
  }

  /**
   * The data cells of a row. In a new row None is left out: a missing cell is None there.
   * @throws {AnvilSqliteError} `row-vanished` (exit 20) when the archive lost the row since it was planned
   */
  data(row: RowId, action: "insert" | "update"): OutgoingRow {
    const cells = this.#read(this.#data, row);
    const out: [string, OutgoingCell][] = [];
    this.#job.data.forEach((column, i) => {
      const wanted = this.#context.cells.wanted(this.#job, column, row, cells[i] ?? null);
      if (isLoss(wanted)) return;
      const cell = dataCell(this.#context, column, wanted);
      if (cell === NONE && action === "insert" && column.column.kind !== "bool") return;
      out.push([column.column.name, cell]);
    });
    // An empty multi-link needs no row of another table, and it is not None.
    this.#job.links.forEach((link, i) => {
      const cell = this.#context.cells.wanted(this.#job, link, row, cells[this.#job.data.length + i] ?? null);
      if (action === "insert" && cell === "[]") out.push([link.column.name, { type: "json", value: [] }]);
    });
    return out;
  }

  /** The link cells to set in a row; empty when there are none. */
  links(row: RowId, action: "insert" | "update"): OutgoingRow {
    const cells = this.#read(this.#links, row);
    const out: [string, OutgoingCell][] = [];
    this.#job.links.forEach((link, i) => {
      const wanted = this.#context.cells.wanted(this.#job, link, row, cells[i] ?? null);
      if (isLoss(wanted)) return;
      const cell = this.#linkCell(link, wanted);
      if (cell !== NONE || action === "update") out.push([link.column.name, cell]);
    });
    return out;
  }

  #linkCell(link: JobLink, wanted: Cell): OutgoingCell {
    if (typeof wanted !== "string") return NONE;
    const { target, targetId } = link;
    const rows = linkedRows(link.kind, wanted).flatMap((old) => {
      const fresh = targetId === null ? null : this.#context.idMap.rows.find(targetId, old)?.fresh ?? null;
      return fresh === null || target === null ? [] : [rowCapability(target, fresh)];
    });
    if (link.kind === "link_multiple") {
      return rows.length === 0 ? { type: "json", value: [] } : { type: "rows", rows };
    }
    const [first] = rows;
    return first === undefined ? NONE : { type: "row", row: first };
  }

  #read(lookup: RowLookup, row: RowId): readonly SqlValue[] {
    const cells = lookup.cells(row);
    if (cells !== null) return cells;
    throw new AnvilSqliteError(
      `Row ${rowIdText(this.#job.plan.tableId, row)} of table '${this.#job.name}' is not in the backup any more`,
      { code: "row-vanished", hint: "The file was changed during the restore." },
    );
  }

  [Symbol.dispose](): void {
    this.#data[Symbol.dispose]();
    this.#links[Symbol.dispose]();
  }
}

function dataCell({ media }: EncoderContext, { column: { kind } }: JobColumn, cell: Cell): OutgoingCell {
  if (cell === null) return NONE;
  if (kind !== "media") return outgoingCell(kind, cell);
  const medium = typeof cell === "bigint" ? media.find(cell) : null;
  if (medium === null) return NONE;
  const { contentType, name, length } = medium;
  return { type: "media", upload: { contentType, name, length, bytes: () => media.bytes(medium) } };
}
