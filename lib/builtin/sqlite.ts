/**
 * The part of `jsr:@db/sqlite` that this program uses, over Deno's own `node:sqlite`.
 * Rows are arrays only: the package's object rows are built as code from column names, which is not safe.
 *
 * It differs from the package because `node:sqlite` does: a JavaScript number is always bound as REAL and an INTEGER is
 * always read as a bigint, so that `1` and `1.0` stay apart; booleans, dates and `undefined` are refused; SQLite's own
 * object behind a statement cannot be freed before {@link Database.close}, so that {@link Statement.finalize} keeps it
 * for the same text.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A value that can be bound. */
export type BindValue = null | string | number | bigint | Uint8Array;

/** Options of {@link Database}; the defaults are `@db/sqlite`'s. */
export interface DatabaseOpenOptions {
  /** Whether nothing may be written; then no file is made either. Default: false. */
  readonly?: boolean;
  /** Whether a missing file is made. Default: true. */
  create?: boolean;
  /** Whether the database lives in memory, whatever the path. Default: false. */
  memory?: boolean;
  /** Whether integers of 64 bits are read exactly; here they always are. */
  int64?: boolean;
  /** Whether JSON results are parsed; here they never are. */
  parseJson?: boolean;
}

const IN_MEMORY = ":memory:";
/** Rows as arrays, INTEGERs as bigints. A constant, because Deno's types do not know these options yet. */
const ROWS = { returnArrays: true, readBigInts: true };

/** Most statements that are kept for later: their memory is SQLite's, which the garbage collector does not see. */
const MOST_IDLE = 100;
/** Statements whose columns may change with the schema: Deno would return the old columns. */
const ALL_COLUMNS = /\*\s*(?:,|FROM\b|$)|\.\*/i;

/** One open database. */
export class Database {
  /** The path as the caller wrote it. */
  readonly path: string;
  readonly #database: DatabaseSync;
  /** Unused statements, by their text; the one that was returned last is the last. */
  readonly #idle = new Map<string, StatementSync>();
  #counters: Statement | null = null;
  #open = true;

  /** @throws {Error} when the file cannot be opened, or is missing and must not be made */
  constructor(path: string, options: DatabaseOpenOptions = {}) {
    const { readonly = false, create = true, memory = false } = options;
    this.path = path;
    // `node:sqlite` makes every missing file, so a file that must exist is checked first.
    if (!create && !memory && path !== IN_MEMORY) Deno.statSync(path);
    this.#database = new DatabaseSync(memory ? IN_MEMORY : path, {
      ...ROWS,
      readOnly: readonly,
      enableForeignKeyConstraints: false,
    });
  }

  /** Whether it is still open. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Number of rows changed by the last INSERT, UPDATE or DELETE. */
  get changes(): number {
    return this.#counter(0);
  }

  /** Number of rows changed since it was opened. */
  get totalChanges(): number {
    return this.#counter(1);
  }

  /** Row id of the last row inserted. */
  get lastInsertRowId(): number {
    return this.#counter(2);
  }

  #counter(index: number): number {
    this.#counters ??= this.prepare("SELECT changes(), total_changes(), last_insert_rowid()");
    return Number(this.#counters.value()?.[index]);
  }

  /** Runs any number of statements, which take no parameters. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Prepares one statement. */
  prepare(sql: string): Statement {
    const idle = this.#idle.get(sql);
    this.#idle.delete(sql);
    return new Statement(idle ?? this.#database.prepare(sql), (statement) => this.#keep(sql, statement));
  }

  #keep(sql: string, statement: StatementSync): void {
    if (!this.#open || ALL_COLUMNS.test(sql)) return;
    this.#idle.set(sql, statement);
    const [oldest] = this.#idle.keys();
    if (this.#idle.size > MOST_IDLE && oldest !== undefined) this.#idle.delete(oldest);
  }

  /** Closes it; a second call does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#idle.clear();
    this.#database.close();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A prepared statement. */
export class Statement {
  readonly #statement: StatementSync;
  readonly #giveBack: (statement: StatementSync) => void;
  #finalized = false;

  /** Made by {@link Database.prepare}. */
  constructor(statement: StatementSync, giveBack: (statement: StatementSync) => void) {
    this.#statement = statement;
    this.#giveBack = giveBack;
  }

  /**
   * Runs it without reading rows; returns the number of rows changed by the last INSERT, UPDATE or DELETE of the
   * connection.
   */
  run(...params: readonly BindValue[]): number {
    this.#check(params);
    return Number(this.#statement.run(...params).changes);
  }

  /** Runs it and returns all rows, with values in the order of the columns. */
  values<Row extends unknown[] = unknown[]>(...params: readonly BindValue[]): Row[] {
    this.#check(params);
    const rows: unknown = this.#statement.all(...params);
    return rows as Row[];
  }

  /** Runs it and returns the first row, if there is one. */
  value<Row extends unknown[] = unknown[]>(...params: readonly BindValue[]): Row | undefined {
    this.#check(params);
    const row: unknown = this.#statement.get(...params);
    return row as Row | undefined;
  }

  /** Names of the columns as SQLite reports them; they may repeat. */
  columnNames(): string[] {
    return this.#statement.columns().map((column) => column.name);
  }

  /** Ends its use; SQLite's own object is used again for the same text. */
  finalize(): void {
    if (!this.#finalized) this.#giveBack(this.#statement);
    this.#finalized = true;
  }

  /** Finalizes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.finalize();
  }

  /** Refuses a plain object as first parameter: it would be taken for named parameters. */
  #check(params: readonly BindValue[]): void {
    if (this.#finalized) throw new Error("Statement is finalized");
    const [first] = params;
    if (typeof first === "object" && first !== null && !(first instanceof Uint8Array)) {
      throw new TypeError("Cannot bind an object or array: give parameters one by one");
    }
  }
}
