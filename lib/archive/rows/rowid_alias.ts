/**
 * The name by which a data table's implicit rowid can be reached; columns of the app may hide one or two of the three
 * names. An archive keeps Anvil's numeric row id there, so that a table is stored in row id order. Pure.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";

const ALIASES = ["rowid", "_rowid_", "oid"] as const;

/** SQL text of the table's implicit rowid. Source: sqlite.org/rowidtable.html. */
export function rowidAlias(plan: TableLayout): string {
  const taken = new Set(plan.columns.map((column) => column.sqlName.toLowerCase()));
  const free = ALIASES.find((alias) => !taken.has(alias));
  if (free === undefined) throw new Error(`Table '${plan.sqlName}' hides its rowid`);
  return free;
}
