/**
 * The life of one row over several nights: in which it came, changed, went, and came back. Of each night it reads that row
 * alone.
 */
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { type ComparedSide, comparedSide } from "../../diff/archives/compared_cells.ts";
import type { CellChange } from "../../diff/archives/row_changes.ts";
import { type ComparedCell, sameCell } from "../../diff/same_cell.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { RowId } from "../../value/row_id.ts";
import type { NightFile } from "./night_file.ts";

/** What happened to a row between two nights. */
export interface LifeEvent {
  /** Key of the night in which it was seen first. */
  readonly night: string;
  readonly kind: "seen" | "came" | "changed" | "went" | "back";
  /** What changed, for `changed` and `back`. */
  readonly cells: readonly CellChange[];
}

/** A row as one night has it, by the names of its columns. */
type SeenRow = ReadonlyMap<string, { readonly column: ColumnSchema; readonly cell: ComparedCell }>;

/** Follows a row. */
export class LifeFollower {
  readonly #table: number;
  readonly #row: RowId;
  readonly #events: LifeEvent[] = [];
  #last: SeenRow | null = null;
  #isThere = false;
  #nights = 0;

  constructor(table: number, row: RowId) {
    this.#table = table;
    this.#row = row;
  }

  /** What happened, the oldest first. */
  get events(): readonly LifeEvent[] {
    return this.#events;
  }

  /** Looks at the next night; one that does not hold the table says nothing. */
  look(night: string, file: NightFile): void {
    const table = file.table(this.#table);
    if (table === null || table.state !== "copied") return;
    const seen = seenRow(file, table, this.#row);
    const isFirstNight = this.#nights++ === 0;
    if (seen === null) {
      if (this.#isThere) this.#events.push({ night, kind: "went", cells: [] });
      this.#isThere = false;
      return;
    }
    const cells = this.#last === null ? [] : changes(this.#last, seen);
    if (this.#last === null) this.#events.push({ night, kind: isFirstNight ? "seen" : "came", cells });
    else if (!this.#isThere) this.#events.push({ night, kind: "back", cells });
    else if (cells.length > 0) this.#events.push({ night, kind: "changed", cells });
    this.#last = seen;
    this.#isThere = true;
  }
}

function seenRow(file: NightFile, { plan }: CatalogueTable, row: RowId): SeenRow | null {
  using lookup = new RowLookup(file.engine, plan, plan.columns.map((_, index) => index));
  const cells = lookup.cells(row);
  if (cells === null) return null;
  using side: ComparedSide = comparedSide(file.engine, { media: false }, null);
  return new Map(
    plan.columns.flatMap(({ column }, index) => {
      const cell = cells[index] ?? null;
      // What is not in the file is no change.
      if (cell instanceof Uint8Array || file.absence(plan.tableId, row, column.name) !== null) return [];
      return [[column.name, { column, cell: side.cell(column.kind, cell) }] as const];
    }),
  );
}

function changes(before: SeenRow, now: SeenRow): readonly CellChange[] {
  return [...now].flatMap(([name, { column, cell }]): readonly CellChange[] => {
    const old = before.get(name);
    if (old === undefined || old.column.kind !== column.kind || sameCell(column.kind, old.cell, cell)) return [];
    return [{ column, old: old.cell, now: cell }];
  });
}
