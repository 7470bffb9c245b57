/**
 * The small SQLite interface that the program uses. It binds and reads by what a column may hold, so that the code
 * above need not know which engine is in use. Types only.
 */
import type { SqlKind, SqlRow, SqlValue } from "./sql_value.ts";

/** A prepared statement. */
export interface Prepared {
  /** Runs it and returns the number of rows changed. */
  run(params?: readonly SqlValue[]): number;
  /** Runs it and returns all rows, as arrays that belong to the caller. A statement with many rows needs a LIMIT. */
  rows(params?: readonly SqlValue[]): SqlValue[][];
  finalize(): void;
}

/** A column of a SELECT. */
export interface SelectedColumn {
  /** SQL expression. */
  readonly sql: string;
  readonly kind: SqlKind;
}

/** A column that rows are inserted into. */
export interface InsertedColumn {
  /** Name in quotes. */
  readonly name: string;
  readonly kind: SqlKind;
}

/** Values for a statement that is built in parts. */
export interface Bindings {
  /** In the order of the parameters. */
  readonly values: readonly SqlValue[];
  /** Adds a value; returns its SQL text. */
  add(value: SqlValue, kind?: SqlKind): string;
}

/** One open SQLite file. Failures of the file itself are thrown as `storage_errors.ts` words them. */
export interface Engine {
  /** Engine and SQLite version, such as `node:sqlite 3.51.0`. */
  readonly name: string;
  readonly path: string;
  exec(sql: string): void;
  /** Prepares a statement with plain parameters (`?1`, passed in order) and plain columns. */
  prepare(sql: string): Prepared;
  /** Prepares `SELECT columns rest`; parameters are plain. */
  select(columns: readonly SelectedColumn[], rest: string): Prepared;
  /** Prepares the insertion of several rows at once; their values are bound row after row. */
  insert(table: string, columns: readonly InsertedColumn[], rows: number): Prepared;
  /** Most rows of one such insertion. */
  maxRowsOfInsert(columns: readonly InsertedColumn[]): number;
  /** Begins to collect the values of a statement. */
  bindings(): Bindings;
  /** Rows of a statement that runs once; parameters and columns are plain. */
  query(sql: string, params?: readonly SqlValue[]): readonly SqlRow[];
  /** Runs a statement once and returns the number of rows changed. */
  run(sql: string, params?: readonly SqlValue[]): number;
  /**
   * Runs `body` inside one transaction; rolls back and rethrows when it throws. This and {@link waitingTransaction} are
   * the only ways to write. `body` is synchronous, so no other code can run inside the transaction.
   */
  transaction<T>(body: () => T): T;
  /** As {@link transaction}, for a body that waits for other threads; nobody else may use the engine meanwhile. */
  waitingTransaction<T>(body: () => Promise<T>): Promise<T>;
  close(): void;
}
