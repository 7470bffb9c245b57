/**
 * The small SQLite interface that the program uses. It binds and reads by what a column may hold, so that the code
 * above need not know which engine is in use. Types only.
 */
import type { SqlKind, SqlRow, SqlValue } from "./sql_value.ts";

/** A prepared statement. */
export interface Prepared {
  /** Runs it and returns the number of rows changed. */
  run(params?: readonly SqlValue[]): number;
  /** Runs it and returns all rows, arrays of the caller's own: bound the statement with LIMIT where there may be many. */
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
  /** Quoted. */
  readonly name: string;
  readonly kind: SqlKind;
}

/** Values for a statement that is put together piece by piece. */
export interface Bindings {
  /** In the order of the parameters. */
  readonly values: readonly SqlValue[];
  /** Adds a value; returns its SQL text. */
  add(value: SqlValue, kind?: SqlKind): string;
}

/** One open SQLite file. What goes wrong with the file itself is thrown as `storage_errors.ts` says it. */
export interface Engine {
  /** Engine and SQLite version, such as `node:sqlite 3.51.0`. */
  readonly name: string;
  readonly path: string;
  exec(sql: string): void;
  /** Prepares a statement of plain parameters (`?1`, given in order) and plain columns. */
  prepare(sql: string): Prepared;
  /** Prepares `SELECT columns rest`; parameters are plain. */
  select(columns: readonly SelectedColumn[], rest: string): Prepared;
  /** Prepares the insertion of so many rows at once; their values are bound one after the other. */
  insert(table: string, columns: readonly InsertedColumn[], rows: number): Prepared;
  /** Rows that one such insertion may have at most. */
  maxRowsOfInsert(columns: readonly InsertedColumn[]): number;
  /** Begins to collect the values of a statement. */
  bindings(): Bindings;
  /** Rows of a statement that is run once; parameters and columns are plain. */
  query(sql: string, params?: readonly SqlValue[]): readonly SqlRow[];
  /** Runs a statement once and returns the number of rows changed. */
  run(sql: string, params?: readonly SqlValue[]): number;
  /**
   * Runs `body` inside one transaction; rolls back and rethrows when it throws. With {@link waitingTransaction} the
   * only way to write. `body` is synchronous, so nothing else can slip into the transaction.
   */
  transaction<T>(body: () => T): T;
  /** As {@link transaction}, for a body that waits for other threads; nobody else may use the engine meanwhile. */
  waitingTransaction<T>(body: () => Promise<T>): Promise<T>;
  close(): void;
}
