/**
 * Finds out what happened to rows, from what each snapshot knows of them, one snapshot after the other. Pure.
 */
import type { CellChange } from "../diff/archives/row_changes.ts";
import { type ComparedCell, sameCell } from "../diff/same_cell.ts";
import type { ColumnSchema } from "../schema/model/app_schema.ts";
import type { SourceSnapshot } from "../source/snapshot.ts";
import type { RowEvent } from "./row_event.ts";

/** A row in a snapshot: cells by the column's id, or by its name if that is not known. */
export interface KnownRow {
  readonly cells: ReadonlyMap<string, { readonly column: ColumnSchema; readonly cell: ComparedCell }>;
  readonly label: string | null;
}

/** What is known of a row so far. */
interface Life {
  /** The row as it was last noted. */
  readonly noted: KnownRow | null;
  /** The same, with what only earlier snapshots knew. */
  readonly row: KnownRow | null;
  /** The last snapshot that has the table. */
  readonly since: SourceSnapshot;
}

/** Remembers rows, and returns what happened to each. */
export class RowLog {
  readonly #lives = new Map<string, Life>();

  /**
   * Notes what a snapshot that has the table knows of a row; null when the row is not there. The same object as before
   * means that nothing has happened.
   * @returns what happened since the last one; null for nothing
   */
  note(id: string, now: KnownRow | null, snapshot: SourceSnapshot): RowEvent | null {
    const life = this.#lives.get(id);
    if (life?.noted === now) {
      this.#lives.set(id, { ...life, since: snapshot });
      return null;
    }
    const event = eventOf(id, life, now, snapshot);
    // Cells that a snapshot does not know count as unchanged.
    const cells = life?.row && now ? new Map([...life.row.cells, ...now.cells]) : now?.cells;
    this.#lives.set(id, {
      noted: now,
      row: now === null || cells === undefined ? null : { ...now, cells },
      since: snapshot,
    });
    return event;
  }
}

/** What identifies a column: its id, or its name if that is not known. */
export function columnKey({ id, name }: ColumnSchema): string {
  return id ?? name;
}

function eventOf(row: string, life: Life | undefined, now: KnownRow | null, snapshot: SourceSnapshot): RowEvent | null {
  const before = life?.row ?? null;
  const since = life?.since ?? null;
  if (now === null) {
    if (before === null) return null;
    return { kind: "deleted", row, label: before.label, snapshot, since, cells: wholeRow(before, "old") };
  }
  if (before === null) {
    const kind = since === null ? "first" : "added";
    return { kind, row, label: now.label, snapshot, since, cells: wholeRow(now, "now") };
  }
  const cells = [...now.cells].flatMap(([key, { column, cell }]): readonly CellChange[] => {
    const known = before.cells.get(key);
    if (known !== undefined && known.column.kind !== column.kind) return [];
    const old = known?.cell ?? null;
    return sameCell(column.kind, old, cell) ? [] : [{ column, old, now: cell }];
  });
  return cells.length === 0 ? null : { kind: "changed", row, label: now.label, snapshot, since, cells };
}

function wholeRow({ cells }: KnownRow, which: "old" | "now"): readonly CellChange[] {
  return [...cells.values()].flatMap(({ column, cell }): readonly CellChange[] => {
    if (cell === null) return [];
    return [which === "old" ? { column, old: cell, now: null } : { column, old: null, now: cell }];
  });
}
