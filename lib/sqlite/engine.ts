/**
 * The narrow SQLite interface that the archive speaks, over whichever engine `lib/deps.ts` loads.
 * It is the only place that opens SQLite, and it hides the two ways in which the engines differ: how a JavaScript
 * number is bound, and whether an integer read back can be told from a float. It knows no table.
 */
import { loadSqlite } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { storageError } from "./storage_errors.ts";

/** What goes into and comes out of SQLite. A bigint is an INTEGER, a number is a REAL. */
export type SqlValue = null | string | bigint | number | Uint8Array;

/** One row, in the order of the statement's columns. */
export type SqlRow = readonly SqlValue[];

/** A prepared statement; parameters are numbered (`?1`) and given in order. */
export interface Prepared {
  /** Runs it and returns the number of rows changed. */
  run(params?: readonly SqlValue[]): number;
  /** Runs it and returns all rows, arrays of the caller's own: bound the statement with LIMIT where there may be many. */
  rows(params?: readonly SqlValue[]): SqlValue[][];
  finalize(): void;
}

/** One open SQLite file. What goes wrong with the file itself is thrown as `storage_errors.ts` says it. */
export interface Engine {
  /** Engine and SQLite version, such as `node:sqlite 3.51.0`. */
  readonly name: string;
  readonly path: string;
  exec(sql: string): void;
  prepare(sql: string): Prepared;
  /** Rows of a statement that is run once. */
  query(sql: string, params?: readonly SqlValue[]): readonly SqlRow[];
  /** Runs a statement once and returns the number of rows changed. */
  run(sql: string, params?: readonly SqlValue[]): number;
  /** SQL text of parameter `index` (from 1; it may stand more than once) where a `number` cell is bound with {@link number}. */
  numberParameter(index: number): string;
  /** The same where each parameter stands once, in its turn: `?` where that will do, since `node:sqlite` binds it faster. */
  numberParameterInTurn(index: number): string;
  /** How to bind a `number` cell so that 1 and 1.0 stay apart. */
  number(cell: SqlValue): SqlValue;
  /** SQL text that reads a `number` column; its result goes through {@link readNumber}. */
  numberColumn(quotedName: string): string;
  /** The cell behind what {@link numberColumn} gave. */
  readNumber(value: SqlValue): SqlValue;
  /**
   * Runs `body` inside one transaction; rolls back and rethrows when it throws. The only way to write.
   * `body` is synchronous, so nothing else can slip into the transaction.
   */
  transaction<T>(body: () => T): T;
  close(): void;
}

/** How a file is opened. */
export interface OpenOptions {
  /** `read` never writes and trusts no schema, `write` needs an existing file, `create` makes one. */
  readonly mode: "read" | "write" | "create";
}

/** Failures that say more than that a file cannot be opened. */
const OWN_WORDS: ReadonlySet<string> = new Set(["locked", "damaged", "unfinished-write"]);

/**
 * Opens a SQLite file.
 * @throws {AnvilSqliteError} `cannot-open` (exit 20) when there is no such file, or it cannot be opened, `unfinished-write`; `locked` (exit 21),
 * `damaged` (exit 4)
 */
export async function openEngine(path: string, options: OpenOptions): Promise<Engine> {
  const sqlite = await loadSqlite();
  try {
    const database = new sqlite.Database(path, {
      readonly: options.mode === "read",
      create: options.mode === "create",
      int64: true,
      parseJson: false,
    });
    return new LoadedEngine(database, path);
  } catch (cause) {
    if (cause instanceof AnvilSqliteError && OWN_WORDS.has(cause.code)) throw cause;
    throw new AnvilSqliteError(`Cannot open SQLite file '${path}': ${messageOf(cause)}`, {
      code: "cannot-open",
      hint: "Check that the path is right and that you may read it.",
      cause,
    });
  }
}

type Database = InstanceType<Awaited<ReturnType<typeof loadSqlite>>["Database"]>;
type Statement = ReturnType<Database["prepare"]>;

/** Text in place of a REAL for an engine that binds integral numbers as INTEGER. */
const REAL_MARK = "r";
/** Text in place of an INTEGER for an engine that reads 1 and 1.0 alike. */
const INTEGER_MARK = "i";

class LoadedEngine implements Engine {
  readonly name: string;
  readonly path: string;
  readonly #database: Database;
  /** Whether a JavaScript number is always bound as REAL, as `node:sqlite` does. */
  readonly #bindsReal: boolean;
  /** Whether an INTEGER is always read as a bigint, as `node:sqlite` does here. */
  readonly #readsBigint: boolean;

  constructor(database: Database, path: string) {
    this.#database = database;
    this.path = path;
    const [probe] = this.query("SELECT typeof(?1), 1, sqlite_version()", [1]);
    this.#bindsReal = probe?.[0] === "real";
    this.#readsBigint = typeof probe?.[1] === "bigint";
    this.name = `${this.#readsBigint ? "node:sqlite" : "@db/sqlite"} ${probe?.[2]}`;
    // A crafted schema must not run functions with side effects, nor may a cell lie about its size.
    // Source: sqlite.org/pragma.html, trusted_schema and cell_size_check.
    this.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;");
  }

  exec(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (cause) {
      throw storageError(cause, this.path);
    }
  }

  prepare(sql: string): Prepared {
    try {
      return new LoadedStatement(this.#database.prepare(sql), this.path);
    } catch (cause) {
      throw storageError(cause, this.path);
    }
  }

  query(sql: string, params: readonly SqlValue[] = []): readonly SqlRow[] {
    const prepared = this.prepare(sql);
    try {
      return prepared.rows(params);
    } finally {
      prepared.finalize();
    }
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    const prepared = this.prepare(sql);
    try {
      return prepared.run(params);
    } finally {
      prepared.finalize();
    }
  }

  numberParameter(index: number): string {
    if (this.#bindsReal) return `?${index}`;
    return `CASE WHEN substr(?${index}, 1, 1) = '${REAL_MARK}' THEN CAST(substr(?${index}, 2) AS REAL) ELSE ?${index} END`;
  }

  numberParameterInTurn(index: number): string {
    return this.#bindsReal ? "?" : this.numberParameter(index);
  }

  number(cell: SqlValue): SqlValue {
    return this.#bindsReal || typeof cell !== "number" || !Number.isInteger(cell) ? cell : `${REAL_MARK}${cell}`;
  }

  numberColumn(quotedName: string): string {
    if (this.#readsBigint) return quotedName;
    return `CASE typeof(${quotedName}) WHEN 'integer' THEN '${INTEGER_MARK}' || ${quotedName} ELSE ${quotedName} END`;
  }

  readNumber(value: SqlValue): SqlValue {
    if (this.#readsBigint || typeof value !== "string" || !value.startsWith(INTEGER_MARK)) return value;
    return BigInt(value.slice(INTEGER_MARK.length));
  }

  transaction<T>(body: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

class LoadedStatement implements Prepared {
  readonly #statement: Statement;
  readonly #path: string;

  constructor(statement: Statement, path: string) {
    this.#statement = statement;
    this.#path = path;
  }

  run(params: readonly SqlValue[] = []): number {
    try {
      return this.#statement.run(...params);
    } catch (cause) {
      throw storageError(cause, this.#path);
    }
  }

  rows(params: readonly SqlValue[] = []): SqlValue[][] {
    try {
      return this.#statement.values(...params) as SqlValue[][];
    } catch (cause) {
      throw storageError(cause, this.#path);
    }
  }

  finalize(): void {
    this.#statement.finalize();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** A SQLite integer as a bigint, whichever engine read it. */
export function integerOf(value: SqlValue | undefined): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "number" ? BigInt(value) : null;
}

/** A SQLite text, or null. */
export function textOf(value: SqlValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
