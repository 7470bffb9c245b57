/**
 * What is exported: tables and columns of an open archive, as they were chosen, and what happens to their values on the
 * way. Plain data, and the places where a run says how it goes.
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
  /** Its heading: the SQL name in the archive, unique in its table whatever the case. */
  readonly name: string;
  /** What is done to its values; null when they stay as they are. */
  readonly mask: ColumnMask | null;
}

/** One table of an export. */
export interface OutTable {
  readonly plan: TableLayout;
  readonly columns: readonly OutColumn[];
  /** SQL expression that chooses rows; null for all. */
  readonly where: string | null;
  /** Rows that the archive says the table has; null when it does not say. */
  readonly rows: number | null;
}

/** What is exported: all that rows are made by. */
export interface ExportContent {
  readonly archive: OpenArchive;
  /** Tables of the archive that have rows, chosen or not: links may lead to any. */
  readonly held: readonly CatalogueTable[];
  readonly tables: readonly OutTable[];
  /** The rule of any column, chosen or not: labels obey it too. */
  readonly rule: (table: string, column: string) => ColumnMask | null;
  /** Keys the hashes of masks. */
  readonly secret: string;
  /** Whether values were masked or left out. */
  readonly masked: boolean;
  /** Whether links are shown as labels. */
  readonly labels: boolean;
  /** What a user asked for: with it a thread makes the same job. */
  readonly choice: Choice;
}

/** A whole export. */
export interface ExportJob extends ExportContent {
  /** URL of the program's main module, for threads; null when there are to be none. */
  readonly helperModule: string | undefined;
  /** Whether what was written is read back and compared before it gets its name. */
  readonly check: boolean;
  readonly shortfalls: Shortfalls;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What a user asked for; plain data. */
export interface Choice {
  /** Python names; all tables when empty. */
  readonly tables: readonly string[];
  readonly exclude: readonly string[];
  /** Names, or several separated by commas; all columns when empty. */
  readonly columns: readonly string[];
  readonly where: string | null;
  /** Rules of a mask, and how the file is called. */
  readonly mask: { readonly text: string; readonly name: string } | null;
  /** Whether columns that hold secrets are left out. */
  readonly noSecrets: boolean;
}

/** What an export was made of one table. */
export interface TableResult {
  readonly name: string;
  readonly rows: number;
  /** Below the folder, or the file itself. */
  readonly file: string;
}
