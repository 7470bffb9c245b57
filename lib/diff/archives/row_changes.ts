/**
 * How the rows of one table differ between two archives: both are read once in the order of row ids, so that no table needs
 * memory. Rows that came back under a new id are compared with what they were.
 */
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { RowStream } from "../../archive/rows/row_stream.ts";
import { unsureRowsOf } from "../../archive/rows/unsure_rows.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type RowId, rowIdText, type RowNumber } from "../../value/row_id.ts";
import type { Cell } from "../../value/cell.ts";
import { type ComparedCell, sameCell } from "../same_cell.ts";
import type { ReturnedPairs } from "./came_back.ts";
import type { ComparedSide } from "./compared_cells.ts";
import type { ColumnPair, TablePair } from "./table_pairs.ts";

/** What happened to a row. A returned one was deleted and put back under a new id. */
export type RowFate = "added" | "deleted" | "changed" | "returned";

/** One cell that differs. */
export interface CellChange {
  readonly column: ColumnSchema;
  /** Null if the row was added. */
  readonly old: ComparedCell;
  /** Null if the row was deleted. */
  readonly now: ComparedCell;
}

/** One row that differs. */
export interface RowChange {
  readonly kind: "row";
  readonly change: RowFate;
  /** Python name. */
  readonly table: string;
  /** `[table,row]`, in the earlier archive if it has the row. */
  readonly row: string;
  /** Its id in the later archive, if it came back under another one; else null. */
  readonly newRow: string | null;
  /** The row's label; null when it has none. */
  readonly label: string | null;
  /** All cells of a row that was added or deleted; of other rows those that differ. */
  readonly cells: readonly CellChange[];
}

/** Two sides of a comparison. */
interface Sides {
  readonly a: { readonly engine: Engine; readonly side: ComparedSide };
  readonly b: { readonly engine: Engine; readonly side: ComparedSide };
}

interface ReadRow {
  readonly row: RowNumber;
  readonly cells: readonly SqlValue[];
}

/** The rows of a pair of tables that differ, by row id; those that came back are last. */
export function* rowChanges(sides: Sides, pair: TablePair, returned: ReturnedPairs): Iterable<RowChange> {
  const compare = new RowComparison(sides, pair);
  const only = compare.unsure();
  using old = new RowStream(sides.a.engine, pair.a.plan, compare.aColumns, only);
  using now = new RowStream(sides.b.engine, pair.b.plan, compare.bColumns, only);
  for (;;) {
    skip(old, returned.later);
    skip(now, returned.earlier);
    const [from, to] = [old.row, now.row];
    if (from === null && to === null) break;
    if (to === null || (from !== null && from < to)) {
      if (from !== null) yield compare.deleted({ row: from, cells: old.cells });
      old.advance();
    } else if (from === null || to < from) {
      yield compare.added({ row: to, cells: now.cells });
      now.advance();
    } else {
      if (compare.differ(old.cells, now.cells)) {
        const change = compare.changed({ row: from, cells: old.cells }, { row: to, cells: now.cells });
        if (change !== null) yield change;
      }
      old.advance();
      now.advance();
    }
  }
  yield* cameBack(sides, pair, returned, compare);
}

/** Passes over rows that came back: they are compared separately. */
function skip(rows: RowStream, apart: ReadonlyMap<RowId, RowId>): void {
  if (apart.size === 0) return;
  while (rows.row !== null && apart.has(String(rows.row))) rows.advance();
}

function* cameBack(sides: Sides, pair: TablePair, { later }: ReturnedPairs, compare: RowComparison) {
  if (later.size === 0) return;
  using earlierRows = new RowLookup(sides.a.engine, pair.a.plan, compare.aColumns);
  using laterRows = new RowLookup(sides.b.engine, pair.b.plan, compare.bColumns);
  for (const [from, to] of later) {
    const [old, now] = [earlierRows.cells(from), laterRows.cells(to)];
    if (old === null || now === null) continue;
    yield compare.returned({ row: BigInt(from), cells: old }, { row: BigInt(to), cells: now });
  }
}

/** Compares rows of one pair of tables. Cells of paired columns come first in both, then columns of one side only. */
class RowComparison {
  readonly aColumns: readonly number[];
  readonly bColumns: readonly number[];
  readonly #pair: TablePair;
  readonly #sides: Sides;
  readonly #columns: readonly ColumnPair[];
  /** Columns whose cells are compared exactly as SQLite stores them. */
  readonly #isPlain: readonly boolean[];

  constructor(sides: Sides, pair: TablePair) {
    const rest = (plan: TableLayout, taken: readonly number[]) =>
      plan.columns.map((_, i) => i).filter((i) => !taken.includes(i));
    const [a, b] = [pair.columns.map((one) => one.a), pair.columns.map((one) => one.b)];
    this.aColumns = [...a, ...rest(pair.a.plan, a)];
    this.bColumns = [...b, ...rest(pair.b.plan, b)];
    this.#pair = pair;
    this.#sides = sides;
    this.#columns = pair.columns;
    const isTranslated = sides.a.side.translates;
    this.#isPlain = pair.columns.map(({ column: { kind } }) => kind !== "media" && !(isTranslated && isLink(kind)));
  }

  /** SQLite's numbers of the rows that may differ; null when all may. */
  unsure(): Float64Array | null {
    const { a, b } = this.#sides;
    const columns = this.#columns.map((one, at) => ({ a: one.a, b: one.b, onlyNull: this.#isPlain[at] !== true }));
    return unsureRowsOf(
      { engine: a.engine, plan: this.#pair.a.plan },
      { engine: b.engine, plan: this.#pair.b.plan },
      columns,
    );
  }

  deleted(old: ReadRow): RowChange {
    return this.#change("deleted", old, null, this.#all(this.#pair.a.plan, this.aColumns, old, "a"));
  }

  added(now: ReadRow): RowChange {
    return this.#change("added", null, now, this.#all(this.#pair.b.plan, this.bColumns, now, "b"));
  }

  changed(old: ReadRow, now: ReadRow): RowChange | null {
    const cells = this.#differing(old, now);
    return cells.length === 0 ? null : this.#change("changed", old, now, cells);
  }

  /** Whether any cell may differ; this is fast, since nearly all rows are equal. */
  differ(old: readonly SqlValue[], now: readonly SqlValue[]): boolean {
    for (let i = 0; i < this.#isPlain.length; i++) {
      const cell = old[i];
      // Only NaN is not equal to itself, and no file holds it; the closer comparison distinguishes 0 and -0.
      if (cell !== now[i] || cell === 0) return true;
      if (this.#isPlain[i] === false && cell !== null) return true;
    }
    return false;
  }

  returned(old: ReadRow, now: ReadRow): RowChange {
    return this.#change("returned", old, now, this.#differing(old, now));
  }

  #differing(old: ReadRow, now: ReadRow): readonly CellChange[] {
    const cells: CellChange[] = [];
    for (let i = 0; i < this.#columns.length; i++) {
      const [x = null, y = null] = [old.cells[i], now.cells[i]];
      if (this.#isPlain[i] === true && Object.is(x, y)) continue;
      const pair = this.#columns[i];
      if (pair === undefined || x instanceof Uint8Array || y instanceof Uint8Array) continue;
      const { a, b } = this.#sides;
      const [from, to] = [a.side.cell(pair.column.kind, x), b.side.cell(pair.column.kind, y)];
      if (sameCell(pair.column.kind, from, to) || this.#isAbsent(pair, old, now)) continue;
      cells.push({ column: pair.column, old: from, now: to });
    }
    return cells;
  }

  #isAbsent({ a, b }: ColumnPair, old: ReadRow, now: ReadRow): boolean {
    const isAbsent = (side: ComparedSide, { tableId, columns }: TableLayout, index: number, row: RowNumber) =>
      side.hasAbsent && side.isAbsent(tableId, row.toString(), columns[index]?.column.name ?? "");
    return isAbsent(this.#sides.a.side, this.#pair.a.plan, a, old.row) ||
      isAbsent(this.#sides.b.side, this.#pair.b.plan, b, now.row);
  }

  #all(plan: TableLayout, columns: readonly number[], { cells }: ReadRow, which: "a" | "b"): readonly CellChange[] {
    return columns.flatMap((index, i): readonly CellChange[] => {
      const column = plan.columns[index]?.column;
      const cell = cells[i] ?? null;
      if (column === undefined || cell === null || cell instanceof Uint8Array) return [];
      const value = this.#sides[which].side.cell(column.kind, cell);
      return [which === "a" ? { column, old: value, now: null } : { column, old: null, now: value }];
    });
  }

  #change(change: RowFate, old: ReadRow | null, now: ReadRow | null, cells: readonly CellChange[]): RowChange {
    const { a, b, name } = this.#pair;
    const oldText = old === null ? null : rowIdText(a.plan.tableId, old.row.toString());
    const nowText = now === null ? null : rowIdText(b.plan.tableId, now.row.toString());
    return {
      kind: "row",
      change,
      table: name,
      row: oldText ?? nowText ?? "",
      newRow: change === "returned" ? nowText : null,
      label: now === null ? labelIn(a.plan, this.aColumns, old) : labelIn(b.plan, this.bColumns, now),
      cells,
    };
  }
}

function labelIn(plan: TableLayout, columns: readonly number[], row: ReadRow | null): string | null {
  if (row === null) return null;
  const naming = labelColumns(plan.columns.map(({ column }) => column));
  return labelOf(naming.map((index): Cell => {
    const cell = row.cells[columns.indexOf(index)] ?? null;
    return cell instanceof Uint8Array ? null : cell;
  }));
}
