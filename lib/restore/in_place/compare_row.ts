/**
 * Compares a row of the app with its row in the file, and plans the cells that are to be set back. Media are compared
 * by the server's name when that proves their content, otherwise by their bytes.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type Decoded, isCell, isMediaHandle, type MediaHandle } from "../../tables/cell_codec.ts";
import type { PageRow } from "../../tables/read/table_reader.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import type { MappedMedium } from "../../id_map/mapped_value.ts";
import type { StoredMedium } from "../../archive/media/media_reader.ts";
import type { JobColumn } from "../job/table_job.ts";
import { sameInStorage } from "../job/storage_changes.ts";
import { isLoss } from "../job/wanted_cell.ts";
import { type InPlace, type InPlaceTable, isJobLink, storageOf } from "./context.ts";
import { renamedLinks } from "./link_cells.ts";

/** A medium of the app; only its bytes show whether it differs from the file's. */
export interface MediumQuestion {
  readonly handle: MediaHandle;
  readonly wanted: StoredMedium;
  /** Plans the cell; it receives the hash of the app's bytes. */
  readonly differs: (sha256: string) => void;
}

/** Compares rows of one table. */
export class RowComparison {
  readonly #context: InPlace;
  readonly #table: InPlaceTable;
  /** Media that are still to be compared. */
  readonly questions: MediumQuestion[] = [];

  constructor(context: InPlace, table: InPlaceTable) {
    this.#context = context;
    this.#table = table;
  }

  /**
   * Compares one row. In the caller's transaction.
   * @param stored the file's cells; `row` has the app's. Both are in the order of the table's compared columns
   */
  compare(old: RowId, stored: readonly SqlValue[], row: PageRow): void {
    this.#table.compared.forEach((column, i) => this.#cell(old, column, stored[i] ?? null, row, row.cells[i] ?? null));
  }

  #cell(old: RowId, column: JobColumn, stored: SqlValue, row: PageRow, is: Decoded): void {
    // This is true of nearly every cell: its wanted value need not be computed.
    if (is === stored && column.column.kind !== "media") return;
    const { cells, left } = this.#context;
    const { job } = this.#table;
    const wanted = cells.wanted(job, column, old, stored);
    if (isLoss(wanted)) return left.add(job.name, column.column.name, wanted.loss);
    if (column.column.kind === "media") return this.#medium(old, column, wanted, row.id, is);
    if (!isCell(is)) return left.add(job.name, column.column.name, "unreadable");
    const isSame = (want: Cell) => sameInStorage(storageOf(this.#context, job.live.id), column.column.kind, is, want);
    if (isSame(wanted) || isJobLink(column) && isSame(this.#translated(column, wanted))) return;
    this.#context.idMap.cells.add({
      table: job.live.id,
      row: row.id,
      old,
      column: column.column.name,
      why: "revert",
      was: is,
      want: wanted,
    });
  }

  /** Links with the latest known ids of the rows behind them. */
  #translated(column: JobColumn, wanted: Cell): Cell {
    const { kind } = column.column;
    if (kind !== "link_single" && kind !== "link_multiple") return wanted;
    return renamedLinks(kind, wanted, (link) => {
      const id = parseRowId(link);
      if (id === null) return link;
      const ids = this.#context.earlier.idsOf(id.table, id.row);
      return rowIdText(id.table, ids[1] ?? id.row);
    });
  }

  #medium(old: RowId, column: JobColumn, wanted: Cell, row: RowId, is: Decoded): void {
    const { idMap, left, media } = this.#context;
    const { job } = this.#table;
    if (is !== null && !isMediaHandle(is)) return left.add(job.name, column.column.name, "unreadable");
    const plan = (was: MappedMedium | null) =>
      idMap.cells.add({ table: job.live.id, row, old, column: column.column.name, why: "revert", was, want: wanted });
    if (is === null) return wanted === null ? undefined : plan(null);
    const was = mediumOf(is);
    const stored = typeof wanted === "bigint" ? media.find(wanted) : null;
    if (stored === null) return plan(was);
    if (was.serverId !== "" && was.serverId === stored.serverId) return;
    if (was.contentType !== stored.contentType || was.name !== stored.name) return plan(was);
    this.questions.push({ handle: is, wanted: stored, differs: (sha256) => plan({ ...was, sha256 }) });
  }
}

/**
 * What the map keeps of a medium of the app. On classic storage an id names the same content for ever; on split storage
 * it is the cell's place and proves nothing.
 */
export function mediumOf({ manager, id, contentType, name }: MediaHandle): MappedMedium {
  return { contentType, name, sha256: null, serverId: manager === "table-media" ? id : "" };
}
