/**
 * How an app's tables are laid out in SQLite: safe, unique SQL names for a schema, and the DDL as text. Plain data,
 * made by `lay_out_archive.ts`. It is stored in the catalogue, so that a reader need not guess names again.
 */
import type { ColumnSchema, TableSchema } from "../schema/model/app_schema.ts";

/** The table of a multi-link column: one row for each link, in order. */
export interface JunctionPlan {
  /** SQL name, unquoted. Columns: `_anvil_row_id`, `position` (from 0), `target_row_id`. */
  readonly sqlName: string;
  /** SQL name of the target's data table. Null when the target is not in the file; then there is no foreign key. */
  readonly targetSqlName: string | null;
}

/** One column in SQLite. */
export interface ColumnLayout {
  readonly column: ColumnSchema;
  /** SQL name, unquoted; no other in its table is equal, even if case is ignored. */
  readonly sqlName: string;
  /** SQL name of the target's data table, for a link whose target is in the file; else null. */
  readonly targetSqlName: string | null;
  /** Set for `link_multiple` only. */
  readonly junction: JunctionPlan | null;
}

/** One data table in SQLite. */
export interface TableLayout {
  readonly table: TableSchema;
  /** Anvil's table id; if the source has none, one that is chosen here (counted from 1 in file order). */
  readonly tableId: number;
  /** SQL name, unquoted; no other in the file is equal, even if case is ignored. */
  readonly sqlName: string;
  /** SQL name of the row id column: `_anvil_row_id`, or with a suffix when the app has a column of that name. */
  readonly rowIdSqlName: string;
  readonly columns: readonly ColumnLayout[];
}

/** The whole file. */
export interface ArchiveLayout {
  /** In file order: the schema's order. */
  readonly tables: readonly TableLayout[];
  /** `CREATE` statements in an order that works, without trailing semicolons: catalogue, data tables, junctions. */
  readonly tableStatements: readonly string[];
  /** `CREATE INDEX` and `CREATE VIEW` statements, to be run after the rows are in. */
  readonly indexStatements: readonly string[];
}
