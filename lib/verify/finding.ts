/**
 * What a check of a file finds: which table, row or medium, and what is wrong with it. Plain data.
 */

/** Kinds of finding. */
const FINDING_KINDS = [
  /** SQLite itself reports the file as damaged. */
  "integrity",
  /** The catalogue does not fit the file, or was changed. */
  "catalogue",
  /** The number of rows differs. */
  "count",
  /** A table's digest differs. */
  "digest",
  /** A medium's bytes are missing or differ. */
  "media",
  /** A multi-link and its junction table differ. */
  "links",
  /** The list of broken links differs. */
  "dangling",
  /** Tables or columns differ from the live app's. */
  "schema",
  /** Rows differ from the live app's. */
  "rows",
] as const;

/** One of {@link FINDING_KINDS}. */
type FindingKind = typeof FINDING_KINDS[number];

/** One thing that is wrong; a file without a finding is good. */
export interface Finding {
  readonly kind: FindingKind;
  /** Python name of the table that it is about; null for none. */
  readonly table: string | null;
  /** `[table,row]` of the row that it is about; null for none. */
  readonly row: string | null;
  readonly message: string;
}
