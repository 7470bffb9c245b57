/**
 * What happened to a row, night after night. Types only: folders of files and vaults both report it in these.
 */
import type { CellChange } from "../diff/archives/row_changes.ts";
import type { SourceSnapshot } from "../source/snapshot.ts";

/** The rows whose history is wanted. */
export interface HistoryQuery {
  /** Python name. */
  readonly table: string;
  /** `[table,row]`; empty when rows are found by `where`. */
  readonly rows: readonly string[];
  /** SQL expression on the archive's table: it selects rows of which any version fits. */
  readonly where: string | null;
}

/** One change of one row. */
export interface RowEvent {
  /** `first`: the row is in the oldest snapshot that has the table, and may be older. */
  readonly kind: "first" | "added" | "changed" | "deleted";
  /** `[table,row]`. */
  readonly row: string;
  /** The row's label at that time; null when it has none. */
  readonly label: string | null;
  /** The first snapshot with the change. */
  readonly snapshot: SourceSnapshot;
  /** The snapshot before it that has the table: the change came between the two. Null for `first`. */
  readonly since: SourceSnapshot | null;
  /** All cells of a row that is new or gone; of other rows those that differ. */
  readonly cells: readonly CellChange[];
}
