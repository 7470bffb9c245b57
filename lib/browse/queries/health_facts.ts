/**
 * The facts about a file's health: warnings by kind, broken links, and what the file cannot hold. It only reads, and
 * checks nothing anew; `verify` does.
 */
import { INCOMPLETE_CODES } from "../../archive/catalogue/incomplete_codes.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import type { NightFile } from "./night_file.ts";

/** Warnings and broken links of one kind that are listed. */
const LISTED = 50;

/** A warning. */
interface WarningLine {
  readonly message: string;
  /** The row that it is about. */
  readonly row: { readonly table: number; readonly row: RowId } | null;
}

/** Warnings of one kind. */
export interface WarningGroup {
  readonly code: string;
  readonly count: number;
  /** Whether they mean that something is missing. */
  readonly incomplete: boolean;
  readonly lines: readonly WarningLine[];
}

/** A link to a row that does not exist. */
interface BrokenLink {
  readonly table: string;
  readonly column: string;
  readonly holder: { readonly table: number; readonly row: RowId } | null;
  readonly target: string;
}

/** What is known of a file's health. */
export interface HealthFacts {
  readonly warnings: readonly WarningGroup[];
  readonly brokenLinks: { readonly count: number; readonly listed: readonly BrokenLink[] };
  /** Media without bytes, by the word for their state. */
  readonly mediaMissing: { readonly skipped: number; readonly failed: number };
}

/** Reads the facts of one file. */
export function readHealth(file: NightFile): HealthFacts {
  const { engine } = file;
  const codes = engine.query("SELECT code, count(*) FROM _anvil_warnings GROUP BY code ORDER BY min(id)");
  const states = new Map(
    engine.query("SELECT state, count(*) FROM _anvil_media_objects GROUP BY state")
      .map(([state, count]) => [String(state), Number(count)]),
  );
  return {
    warnings: codes.map(([code, count]) => ({
      code: String(code),
      count: Number(count),
      incomplete: INCOMPLETE_CODES.has(String(code)) || code === "absent-cell",
      lines: warningsOf(file, String(code)),
    })).toSorted((a, b) => Number(b.incomplete) - Number(a.incomplete)),
    brokenLinks: {
      count: Number(engine.query("SELECT count(*) FROM _anvil_dangling_links")[0]?.[0] ?? 0),
      listed: engine.query(`
        SELECT table_name, column_name, row_id, target_row_id FROM _anvil_dangling_links ORDER BY rowid LIMIT ${LISTED}`)
        .map(([table, column, row, target]) => ({
          table: textOf(table) ?? "",
          column: textOf(column) ?? "",
          holder: parseRowId(textOf(row) ?? ""),
          target: textOf(target) ?? "",
        })),
    },
    mediaMissing: { skipped: states.get("skipped") ?? 0, failed: states.get("failed") ?? 0 },
  };
}

function warningsOf(file: NightFile, code: string): readonly WarningLine[] {
  return file.engine.query(
    `SELECT message, row_id FROM _anvil_warnings WHERE code = ?1 ORDER BY id LIMIT ${LISTED}`,
    [code],
  ).map(([message, row]) => ({ message: textOf(message) ?? "", row: parseRowId(textOf(row) ?? "") }));
}
