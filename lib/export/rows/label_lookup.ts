/**
 * Labels of rows, by the text of their ids: for links, and for names of files. Masks apply to labels too. It only
 * reads, and remembers many labels, so that links to the same few rows are quick.
 */
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import { maskedCell } from "../../mask/mask.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { ExportContent } from "../job/export_job.ts";

/** Most labels that are remembered; then all are forgotten. */
const REMEMBERED = 50_000;

/** Finds labels of rows. */
export class LabelLookup implements Disposable {
  readonly #job: ExportContent;
  readonly #tables = new Map<number, TableLabels | null>();
  readonly #known = new Map<string, string | null>();

  constructor(job: ExportContent) {
    this.#job = job;
  }

  /** The label of a row; null when it has none, or does not exist. */
  label(link: string): string | null {
    const known = this.#known.get(link);
    if (known !== undefined) return known;
    const id = parseRowId(link);
    const label = id === null ? null : this.#table(id.table)?.label(id.row) ?? null;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(link, label);
    return label;
  }

  /** The label of a row, or its id when it has none. */
  shown(link: string): string {
    return this.label(link) ?? link;
  }

  #table(id: number): TableLabels | null {
    const known = this.#tables.get(id);
    if (known !== undefined) return known;
    const held = this.#job.held.find(({ plan }) => plan.tableId === id);
    const labels = held === undefined ? null : new TableLabels(this.#job, held.plan);
    this.#tables.set(id, labels);
    return labels;
  }

  [Symbol.dispose](): void {
    for (const table of this.#tables.values()) table?.close();
  }
}

class TableLabels {
  readonly #lookup: RowLookup;
  readonly #mask: (cell: Cell, at: number) => Cell;

  constructor({ archive: { engine }, rule, secret }: ExportContent, plan: ExportContent["held"][number]["plan"]) {
    const named = labelColumns(plan.table.columns).map((index) => ({
      index,
      mask: rule(plan.table.name, plan.table.columns[index]?.name ?? ""),
    })).filter(({ mask }) => mask?.action !== "drop");
    this.#lookup = new RowLookup(engine, plan, named.map(({ index }) => index));
    this.#mask = (cell, at) => {
      const mask = named[at]?.mask ?? null;
      return mask === null ? cell : maskedCell(mask, secret, cell);
    };
  }

  label(row: string): string | null {
    const cells = this.#lookup.cells(row) ?? [];
    return labelOf(cells.map((cell, at) => cell instanceof Uint8Array ? null : this.#mask(cell, at)));
  }

  close(): void {
    this.#lookup[Symbol.dispose]();
  }
}
