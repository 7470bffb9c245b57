/**
 * The two tables that hold the rows of one of the app's tables: living rows, and old values of cells that changed.
 * Their columns are numbered, and a number always holds the same column of the app; the schemas say which. Text only;
 * nothing here runs SQL.
 */
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { SqlKind } from "../../sqlite/sql_value.ts";

/** A numbered column. */
export interface StoredColumn {
  /** From 1. */
  readonly number: number;
  readonly type: StoredType;
}

/** Types of numbered columns in STRICT tables. */
const STORED_TYPES = ["TEXT", "INTEGER", "ANY"] as const;

/** One of {@link STORED_TYPES}. */
export type StoredType = typeof STORED_TYPES[number];

/**
 * Most numbered columns of a table: SQLite's limit of 2,000 (`SQLITE_MAX_COLUMN`, sqlite.org/limits.html) minus the
 * four other columns of the history.
 */
export const MAX_STORED_COLUMNS = 1_996;

/** The type of a numbered column for cells of a kind. */
export function storedType(kind: ColumnKind): StoredType {
  if (kind === "number") return "ANY";
  return kind === "bool" || kind === "media" ? "INTEGER" : "TEXT";
}

/** How cells of this type are bound and read. */
export function storedKind(type: StoredType): SqlKind {
  return type === "ANY" ? "number" : "plain";
}

/** SQL name of a numbered column. */
export function storedName(number: number): string {
  return `c${number}`;
}

/** SQL name of the table with a table's living rows. */
export function liveTable(table: number): string {
  return `_anvil_live_${table}`;
}

/** SQL name of the table with a table's history. */
export function historyTable(table: number): string {
  return `_anvil_history_${table}`;
}

/** `CREATE TABLE` for living rows. */
export function createLive(table: number, columns: readonly StoredColumn[]): string {
  return `CREATE TABLE ${liveTable(table)} (_anvil_row INTEGER PRIMARY KEY, _anvil_from INTEGER NOT NULL${
    columns.map((column) => `, ${definition(column)}`).join("")
  }) STRICT`;
}

/** `CREATE TABLE` for history. */
export function createHistory(table: number, columns: readonly StoredColumn[]): string {
  const cells = columns.map((column) => `, ${definition(column)}`).join("");
  return `CREATE TABLE ${historyTable(table)} (_anvil_row INTEGER NOT NULL, _anvil_from INTEGER NOT NULL, ` +
    `_anvil_until INTEGER NOT NULL, _anvil_mask BLOB${cells}, PRIMARY KEY (_anvil_row, _anvil_from)) STRICT, WITHOUT ROWID`;
}

/** Statements that give both tables one more column. */
export function addColumn(table: number, column: StoredColumn): readonly string[] {
  return [liveTable(table), historyTable(table)].map((name) => `ALTER TABLE ${name} ADD COLUMN ${definition(column)}`);
}

function definition({ number, type }: StoredColumn): string {
  return `${storedName(number)} ${type}`;
}

const CELLS = "(?:, c[1-9][0-9]{0,3} (?:TEXT|INTEGER|ANY))*";
const LIVE = new RegExp(
  `^CREATE TABLE "?_anvil_live_[1-9][0-9]*"? \\(_anvil_row INTEGER PRIMARY KEY, _anvil_from INTEGER NOT NULL${CELLS}\\) STRICT$`,
);
const HISTORY = new RegExp(
  `^CREATE TABLE "?_anvil_history_[1-9][0-9]*"? \\(_anvil_row INTEGER NOT NULL, _anvil_from INTEGER NOT NULL, ` +
    `_anvil_until INTEGER NOT NULL, _anvil_mask BLOB${CELLS}, PRIMARY KEY \\(_anvil_row, _anvil_from\\)${CELLS}\\) ` +
    `STRICT, WITHOUT ROWID$`,
);

/** Whether SQL text makes a table of rows as this program does, including columns that were added later. */
export function isRowTable(sql: string): boolean {
  return LIVE.test(sql) || HISTORY.test(sql);
}
