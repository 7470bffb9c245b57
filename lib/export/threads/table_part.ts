/**
 * Makes a part of a table as text, in a thread: it receives plain data and returns plain data. It writes nothing.
 */
import type { RowBounds } from "../../archive/rows/row_reader.ts";
import { type RowId, type RowNumber } from "../../value/row_id.ts";
import type { Choice, ExportContent, OutTable } from "../job/export_job.ts";
import { rowsWithin } from "../rows/export_rows.ts";
import type { TableText, TextFormat } from "../text/table_text.ts";
import { TextOutput } from "../text/text_output.ts";

/** What a thread needs to make the same export again. */
export interface JobRecipe {
  /** Path of the archive. */
  readonly path: string;
  readonly choice: Choice;
  /** Key for the hashes of masks: the same in all threads. */
  readonly secret: string;
  readonly labels: boolean;
  readonly text: TextFormat;
}

/** A request to the thread. */
export interface PartRequest {
  readonly recipe: JobRecipe;
  /** Place of the table among those of the job. */
  readonly table: number;
  readonly bounds: RowBounds;
  /** Number of bytes after which the thread stops. */
  readonly mostBytes: number;
}

/** The thread's answer. */
export interface PartText {
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly rows: number;
  /** The first row id that is not in it, because the text would become too large; null when all is in it. */
  readonly next: RowId | null;
}

/** Makes parts of a table, one after the other. */
export class PartMaker {
  readonly #job: ExportContent;
  readonly #table: OutTable;
  readonly #text: TableText;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  // One for all parts, since its buffer is a megabyte.
  readonly #out = new TextOutput({
    write: (piece) => {
      this.#pieces.push(piece.slice());
      this.#bytes += piece.length;
    },
  });

  constructor(job: ExportContent, table: OutTable, text: TableText) {
    this.#job = job;
    this.#table = table;
    this.#text = text;
  }

  make({ bounds, mostBytes }: Pick<PartRequest, "bounds" | "mostBytes">): PartText {
    const [out, { line }] = [this.#out, this.#text];
    this.#pieces = [];
    this.#bytes = 0;
    let rows = 0;
    let next: RowId | null = null;
    for (const batch of rowsWithin(this.#job, this.#table, bounds)) {
      for (const row of batch) out.put(line(row));
      rows += batch.length;
      const last = batch.at(-1)?.row;
      if (this.#bytes < mostBytes || last === undefined) continue;
      next = following(last);
      break;
    }
    out.flush();
    return { pieces: this.#pieces, rows, next };
  }
}

function following(row: RowNumber): RowId {
  return (BigInt(row) + 1n).toString();
}
