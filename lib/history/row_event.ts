/** What happened to a row, night after night. Types only: folders of files and vaults both report it in these. */
import type { CellChange } from "../diff/archives/row_changes.ts";
import type { SourceSnapshot } from "../source/snapshot.ts";

/** Which rows' life is wanted. */
export interface HistoryQuery {
  /** Python name. */
  readonly table: string;
  /** `[table,row]`; none when rows are found by `where`. */
  readonly rows: readonly string[];
  /** SQL expression on the archive's table: rows of which any version fits. */
  readonly where: string | null;
}

/** One change of one row. */
export interface RowEvent {
  /** `first`: it is in the oldest snapshot that has the table, and may be older. */
  readonly kind: "first" | "added" | "changed" | "deleted";
  /** `[table,row]`. */
  readonly row: string;
  /** How people call the row, as it was then; null when nothing in it could name it. */
  readonly label: string | null;
  /** The snapshot that shows it. */
  readonly snapshot: SourceSnapshot;
  /** The one before it that has the table: the change came between the two. Null for `first`. */
  readonly since: SourceSnapshot | null;
  /** All cells of a row that is new or gone, those that differ of others. */
  readonly cells: readonly CellChange[];
}
