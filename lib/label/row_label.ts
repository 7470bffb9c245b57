/**
 * The label of a row where people see it: its first text that looks like a name. It is the same in plans, comparisons,
 * histories and on pages. Pure. Labels can repeat, so the row id is shown beside one.
 */
import type { ColumnSchema } from "../schema/model/app_schema.ts";
import type { Cell } from "../value/cell.ts";
import { isSecretColumn } from "./secret_columns.ts";

/** Names of columns that can label a row, the best first. */
const NAMING = ["name", "title", "label", "email", "subject"] as const;

/** Most characters of a label. */
const LONGEST = 60;

/**
 * Places of the columns for a table's labels, in the order in which they are tried.
 * @param preferred names that the owner has chosen, the best first
 */
export function labelColumns(columns: readonly ColumnSchema[], preferred: readonly string[] = []): readonly number[] {
  const texts = columns.flatMap((column, index) =>
    column.kind === "string" && !isSecretColumn(column) ? [{ name: column.name, index }] : []
  );
  const named = [...preferred, ...NAMING].flatMap((name) =>
    texts.filter((text) => text.name.toLowerCase() === name.toLowerCase())
  );
  return [...new Set([...named, ...texts].map(({ index }) => index))];
}

/** The label of a row from its cells of {@link labelColumns}; null when all of them are empty. */
export function labelOf(cells: Iterable<Cell>): string | null {
  for (const cell of cells) {
    if (typeof cell !== "string" || cell.trim() === "") continue;
    const line = cell.trim().replace(/\s+/g, " ");
    return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).trimEnd()}…`;
  }
  return null;
}
