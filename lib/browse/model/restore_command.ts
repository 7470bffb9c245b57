/**
 * The command that puts rows back, in one spelling for bash, PowerShell and cmd. A text in double quotes means the same
 * in all three, unless it contains one of a few characters. Pure.
 */
import type { RowId } from "../../value/row_id.ts";
import { rowIdText } from "../../value/row_id.ts";

/** Rows that a command names; when there are more, they are in a file. */
const NAMED = 50;

/** Characters that have a special meaning between double quotes in one of the three shells. */
const STEERS = /["$`%!\\]|[\p{Cc}]/u;

/** A command to copy. */
export interface RestoreCommand {
  readonly text: string;
  /** Name of the file with the rows, when there are too many to name; else null. */
  readonly rowsFile: string | null;
  /** What the reader should check before copying the command; null for nothing. */
  readonly warning: string | null;
}

/** A row, as a command names it. */
interface CommandRow {
  readonly table: number;
  readonly row: RowId;
}

/**
 * Writes the command.
 * @param source as `restore` takes it, with the night
 */
export function restoreCommand(source: string, key: string, rows: readonly CommandRow[]): RestoreCommand {
  const rowsFile = rows.length > NAMED ? `rows-${key}.txt` : null;
  const chosen = rowsFile === null
    ? rows.map(({ table, row }) => `--row "${rowIdText(table, row)}"`).join(" ")
    : `--rows-from ${rowsFile}`;
  // A backslash belongs to paths on Windows. It has a special meaning only at the end.
  const steers = STEERS.test(source.replace(/\\(?=[^\\"])/g, "/"));
  return {
    text: `anvil-sqlite restore "${source}" --revert ${chosen}`,
    rowsFile,
    warning: steers
      ? "The name of this backup has characters that shells read in their own ways: check it in the command, or give the " +
        "file a plain name."
      : null,
  };
}

/** The contents of the file with rows: one id a line. */
export function rowsText(rows: readonly CommandRow[]): string {
  return rows.map(({ table, row }) => `${rowIdText(table, row)}\n`).join("");
}
