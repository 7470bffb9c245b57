/**
 * Writes how rows of one table differ from the living ones: new rows become the living ones, and what they replace
 * becomes history. It decides only which cells differ. Runs inside the caller's transaction.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { changeMask } from "../layout/change_mask.ts";
import { historyTable, liveTable, type StoredColumn, storedKind, storedName } from "../layout/row_tables.ts";
import { BatchWriter } from "./batch_writer.ts";
import type { LivingRow } from "./living_rows.ts";

/** How many rows of a table differ from the snapshot before. */
export interface RowChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Writes the differences of one table. */
export class RowChangeWriter implements Disposable {
  readonly counts = { added: 0, changed: 0, removed: 0 };
  readonly #snapshot: bigint;
  readonly #columns: readonly StoredColumn[];
  /** For each column of the table, its place among the numbered ones. */
  readonly #places: readonly number[];
  readonly #living: BatchWriter;
  readonly #history: BatchWriter;
  readonly #delete: Prepared;
  /** Whether the numbered columns are those of the table, in its order. */
  readonly #isPlain: boolean;

  /**
   * @param number the table's number in the vault
   * @param stored numbered columns, in the order of the table's own
   * @param columns all numbered columns of the table
   */
  constructor(
    vault: Engine,
    number: number,
    stored: readonly number[],
    columns: readonly StoredColumn[],
    snapshot: number,
  ) {
    this.#snapshot = BigInt(snapshot);
    this.#columns = columns;
    this.#places = stored.map((wanted) => columns.findIndex((column) => column.number === wanted));
    this.#isPlain = stored.length === columns.length && this.#places.every((place, at) => place === at);
    const cells = columns.map(({ number, type }) => ({ name: storedName(number), kind: storedKind(type) }));
    const plain = (name: string) => ({ name, kind: "plain" }) as const;
    this.#living = new BatchWriter(vault, liveTable(number), [plain("_anvil_row"), plain("_anvil_from"), ...cells]);
    this.#history = new BatchWriter(vault, historyTable(number), [
      ...["_anvil_row", "_anvil_from", "_anvil_until", "_anvil_mask"].map(plain),
      ...cells,
    ]);
    this.#delete = vault.prepare(`DELETE FROM ${liveTable(number)} WHERE _anvil_row = ?1`);
  }

  /** Notes a new row. */
  add(row: RowNumber, cells: readonly SqlValue[]): void {
    this.counts.added++;
    this.#living.add([BigInt(row), this.#snapshot], this.#spread(cells));
  }

  /** Notes a deleted row. */
  remove({ row, from, cells }: LivingRow): void {
    this.counts.removed++;
    this.#history.add([row, from, this.#snapshot, null], cells);
    this.#delete.run([row]);
  }

  /** Compares an existing row; nothing is written when no cell differs. */
  compare(old: LivingRow, cells: readonly SqlValue[]): void {
    const places = this.#places;
    let changed: number[] | null = null;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      if (!Object.is(old.cells[place], cells[i])) (changed ??= []).push(place);
    }
    if (changed === null) return;
    this.counts.changed++;
    const before: SqlValue[] = this.#columns.map(() => null);
    for (const place of changed) before[place] = old.cells[place] ?? null;
    const mask = changeMask(changed.map((place) => this.#columns[place]?.number ?? 1));
    this.#history.add([old.row, old.from, this.#snapshot, mask], before);
    this.#delete.run([old.row]);
    this.#living.add([old.row, this.#snapshot], this.#spread(cells, old.cells));
  }

  flush(): void {
    this.#living.flush();
    this.#history.flush();
  }

  /** Cells of the table's columns, at the places of the numbered ones; all others stay as they were. */
  #spread(cells: readonly SqlValue[], rest: readonly SqlValue[] | null = null): readonly SqlValue[] {
    if (this.#isPlain) return cells;
    const all: SqlValue[] = rest === null ? this.#columns.map(() => null) : rest.slice();
    for (let i = 0; i < cells.length; i++) all[this.#places[i] ?? 0] = cells[i] ?? null;
    return all;
  }

  [Symbol.dispose](): void {
    this.#living[Symbol.dispose]();
    this.#history[Symbol.dispose]();
    this.#delete.finalize();
  }
}
