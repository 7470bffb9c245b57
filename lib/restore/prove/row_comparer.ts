/**
 * Compares rows of the app with their rows in the archive: each cell in its canonical form, of which digests are made.
 * Media are passed on, so that their bytes are compared.
 */
import { ByteBuffer } from "../../archive/digest/byte_buffer.ts";
import { appendCell } from "../../archive/digest/canonical.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { MappedPair } from "../../id_map/map_rows.ts";
import type { MediaReader } from "../../archive/media/media_reader.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { type Decoded, isCell, isMediaHandle } from "../../tables/cell_codec.ts";
import { type Cell, linkedRows } from "../../value/cell.ts";
import type { PageRow } from "../../tables/read/table_reader.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { DifferenceList } from "./difference_list.ts";
import type { MediaProof } from "./media_proof.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import type { FileCells } from "../job/file_cells.ts";
import type { JobColumn, JobLink, TableJob } from "../job/table_job.ts";
import { isSameDouble, storageChange } from "../job/storage_changes.ts";
import { isLoss } from "../job/wanted_cell.ts";

/** What a comparison needs from the run. */
interface ComparerContext {
  readonly options: RestoreOptions;
  readonly cells: FileCells;
  readonly idMap: IdMap;
  readonly stored: MediaReader;
  readonly media: MediaProof;
  readonly list: DifferenceList;
}

/** Compares rows of one table. */
export class RowComparer implements Disposable {
  readonly #context: ComparerContext;
  readonly #job: TableJob;
  readonly #columns: readonly (JobColumn | JobLink)[];
  readonly #lookup: RowLookup;
  readonly #buffers = [new ByteBuffer(), new ByteBuffer()] as const;

  /** @param columns the columns that were read of the app's rows, in this order */
  constructor(context: ComparerContext, job: TableJob, columns: readonly (JobColumn | JobLink)[]) {
    this.#context = context;
    this.#job = job;
    this.#columns = columns;
    this.#lookup = new RowLookup(context.options.archive.engine, job.plan, columns.map(({ index }) => index));
  }

  /** Compares one row; what differs goes into the list of differences. */
  compare(pair: MappedPair, row: PageRow): void {
    const { list } = this.#context;
    const stored = this.#lookup.cells(pair.old) ?? [];
    list.rows++;
    this.#columns.forEach((column, i) => {
      const cell = this.#context.cells.wanted(this.#job, column, pair.old, stored[i] ?? null);
      // A cell that the file does not hold was left alone, and cannot be compared.
      if (isLoss(cell)) {
        if (cell.loss !== "unwanted-media") list.left++;
        return;
      }
      const is = row.cells[i] ?? null;
      if (column.column.kind === "media") return this.#compareMedia(pair, column, cell, is);
      const wanted = "targetId" in column ? this.#wantedLinks(column, cell) : cell;
      if (isCell(is) && this.#isSame(column.live.kind, wanted, is)) return;
      if (isCell(is) && this.#isKept(column.live.kind, wanted, is)) return void list.kept++;
      if (column.column.kind === "number" && isSameNumber(wanted, is)) {
        return list.addRespelled(this.#job.name, column.column.name);
      }
      this.#differs(pair, column);
    });
  }

  #wantedLinks({ kind, targetId, live }: JobLink, wanted: Cell): Cell {
    const { idMap, list } = this.#context;
    if (typeof wanted !== "string") return null;
    const rows = linkedRows(kind, wanted).flatMap((old) => {
      const fresh = targetId === null ? null : idMap.rows.find(targetId, old)?.fresh ?? null;
      return fresh === null ? [] : [rowIdText(live.targetId ?? 0, fresh)];
    });
    list.links += rows.length;
    return kind === "link_single" ? rows[0] ?? null : JSON.stringify(rows);
  }

  #isSame(kind: ColumnKind, wanted: Cell, is: Cell): boolean {
    if (wanted === is) return true;
    const [a, b] = this.#buffers;
    a.clear();
    b.clear();
    appendCell(a, kind, wanted, () => null);
    appendCell(b, kind, is, () => null);
    return a.length === b.length && a.bytes().every((byte, i) => byte === b.bytes()[i]);
  }

  /** Whether the app's storage holds a value as nearly as it can, as the plan has said. */
  #isKept(kind: ColumnKind, wanted: Cell, is: Cell): boolean {
    const { storage } = this.#job;
    if (storage === "split" && kind === "number") return isSameDouble(wanted, is);
    if (storage === null || storageChange(storage, kind, wanted) === null) return false;
    return kind === "link_multiple" ? is === "[]" : isSameDouble(wanted, is);
  }

  #compareMedia(pair: MappedPair, column: JobColumn, cell: Cell, is: Decoded): void {
    const wanted = typeof cell === "bigint" ? this.#context.stored.find(cell) : null;
    if (wanted === null && is === null) return;
    if (wanted === null || !isMediaHandle(is)) return this.#differs(pair, column);
    if (is.contentType !== wanted.contentType || is.name !== wanted.name) {
      this.#differs(pair, column, "name or type of");
    }
    this.#context.media.add({ handle: is, wanted, difference: this.#difference(pair, column, "bytes of") });
  }

  #differs(pair: MappedPair, column: JobColumn, what?: string): void {
    this.#context.list.add(this.#difference(pair, column, what));
  }

  #difference({ old, fresh }: MappedPair, { column }: JobColumn, what = "value in") {
    const { name, plan, live } = this.#job;
    const row = rowIdText(plan.tableId, old);
    const message = `Row ${row} of table '${name}', now ${
      rowIdText(live.id, fresh)
    }: the ${what} column '${column.name}' differs`;
    return { table: name, row, message };
  }

  [Symbol.dispose](): void {
    this.#lookup[Symbol.dispose]();
  }
}

/**
 * Whether two number cells have the same value, whatever their kinds. A double comes back with its shortest digits; for
 * a large one they are those of another integer: 1e23 as 99999999999999990000000.
 */
function isSameNumber(a: Cell, b: Decoded): boolean {
  if (typeof a === "number") return typeof b !== "object" && b !== null && a === Number(b);
  const [x, y] = [integer(a), integer(b)];
  return x !== null && x === y;
}

function integer(cell: Decoded): bigint | null {
  if (typeof cell === "bigint") return cell;
  if (typeof cell === "number") return Number.isInteger(cell) ? BigInt(cell) : null;
  return typeof cell === "string" && /^-?\d+$/.test(cell) ? BigInt(cell) : null;
}
