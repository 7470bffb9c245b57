/**
 * The contents of an export: the chosen tables and columns of an open archive, and how their values are changed on the
 * way. Plain data, and the functions by which a run reports its progress.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { Clock } from "../../clock.ts";
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import type { ColumnMask } from "../../mask/mask.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import type { Shortfalls } from "./shortfalls.ts";

/** One column of an export. */
export interface OutColumn {
  /** Its place among the table's columns in the archive. */
  readonly index: number;
  readonly plan: ColumnLayout;
  readonly kind: ColumnKind;
  /** Its heading: the SQL name in the archive, unique in its table even if case is ignored. */
  readonly name: string;
  /** How its values are changed; null if they stay as they are. */
  readonly mask: ColumnMask | null;
}

/** One table of an export. */
export interface OutTable {
  readonly plan: TableLayout;
  readonly columns: readonly OutColumn[];
  /** SQL expression that chooses rows; null for all. */
  readonly where: string | null;
  /** Rows that the table has by the archive; null if it does not say. */
  readonly rows: number | null;
}

/** What is exported: everything that is needed to make the rows. */
export interface ExportContent {
  readonly archive: OpenArchive;
  /** All tables of the archive that have rows, since links may lead to any of them. */
  readonly held: readonly CatalogueTable[];
  readonly tables: readonly OutTable[];
  /** The rule of any column, chosen or not, since labels follow it too. */
  readonly rule: (table: string, column: string) => ColumnMask | null;
  /** Keys the hashes of masks. */
  readonly secret: string;
  /** Whether values were masked or left out. */
  readonly masked: boolean;
  /** Whether links are shown as labels. */
  readonly labels: boolean;
  /** The user's choice: from it a thread makes the same job. */
  readonly choice: Choice;
}

/** Everything that an export needs. */
export interface ExportJob extends ExportContent {
  /** URL of the program's main module, for threads; undefined for no threads. */
  readonly helperModule: string | undefined;
  /** Whether written files are read back and compared before they get their names. */
  readonly check: boolean;
  readonly shortfalls: Shortfalls;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The user's choice; plain data. */
export interface Choice {
  /** Python names; all tables when empty. */
  readonly tables: readonly string[];
  readonly exclude: readonly string[];
  /** Names, each may be several separated by commas; all columns if empty. */
  readonly columns: readonly string[];
  readonly where: string | null;
  /** Rules of a mask, and the file's name for messages. */
  readonly mask: { readonly text: string; readonly name: string } | null;
  /** Whether columns that hold secrets are left out. */
  readonly noSecrets: boolean;
}

/** What one table became in an export. */
export interface TableResult {
  readonly name: string;
  readonly rows: number;
  /** The file, as a path inside the folder, or the single file. */
  readonly file: string;
}
