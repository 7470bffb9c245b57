/**
 * The values that the cells of a file should have in the app: masked, checked, and never from a cell whose value is not
 * in the file. Planning, sending and proving share this rule. It reads the file alone.
 */
import { absentCells, oddCells } from "../../archive/catalogue/absent_cells.ts";
import type { MediaReader } from "../../archive/media/media_reader.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";
import { type Mask, maskedCell } from "../../mask/mask.ts";
import { isBeyondStorage } from "./storage_changes.ts";
import type { JobColumn, TableJob } from "./table_job.ts";
import { isLoss, type Loss, type Lost, wantedCell } from "./wanted_cell.ts";

/** The cells of a file. */
export class FileCells {
  readonly #media: MediaReader;
  readonly #mask: Mask | null;
  readonly #withMedia: boolean;
  readonly #lost: ReadonlyMap<string, Loss>;

  /** @param withMedia whether the bytes of media will be sent */
  constructor({ engine }: OpenArchive, media: MediaReader, mask: Mask | null, withMedia: boolean) {
    this.#media = media;
    this.#mask = mask;
    this.#withMedia = withMedia;
    const entries = (loss: Loss, cells: ReturnType<typeof absentCells>) =>
      cells.map(({ table, row, column }): [string, Loss] => [keyOf(table, row, column), loss]);
    this.#lost = new Map([...entries("odd-value", oddCells(engine)), ...entries("absent", absentCells(engine))]);
  }

  /** The cell that a column should have in the app, or why the app's own is left alone. */
  wanted(job: TableJob, column: JobColumn, row: RowId, stored: SqlValue): Cell | Lost {
    const wanted = this.#inFile(job, column, row, stored);
    if (isLoss(wanted) || job.storage === null) return wanted;
    return isBeyondStorage(job.storage, column.column.kind, wanted) ? { loss: "beyond-storage" } : wanted;
  }

  #inFile({ plan }: TableJob, { column: { kind, name }, mask }: JobColumn, row: RowId, stored: SqlValue): Cell | Lost {
    const loss = this.#lost.size === 0 ? undefined : this.#lost.get(keyOf(plan.tableId, row, name));
    if (loss !== undefined) return { loss };
    if (mask === null) {
      if (kind === "media" && !this.#withMedia) return { loss: "unwanted-media" };
      return wantedCell(kind, stored, (id) => this.#media.find(id) !== null);
    }
    if (kind === "media") return null;
    const plain = wantedCell(kind, stored, () => true);
    return isLoss(plain) ? plain : maskedCell(mask, this.#mask?.secret ?? "", plain);
  }
}

function keyOf(table: number, row: RowId, column: string): string {
  return `${table},${row},${column}`;
}
