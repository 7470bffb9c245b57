/**
 * The engine over an open database, `node:sqlite` or `@db/sqlite`: statements and transactions; it binds and reads by
 * the dialect. It opens nothing itself.
 */
import type { loadSqlite } from "../deps.ts";
import { type Dialect, EXACT, MARKED } from "./dialect.ts";
import type { Bindings, Engine, InsertedColumn, Prepared, SelectedColumn } from "./engine.ts";
import type { SqlKind, SqlRow, SqlValue } from "./sql_value.ts";
import { storageError, withStorageErrors } from "./storage_errors.ts";

type Database = InstanceType<Awaited<ReturnType<typeof loadSqlite>>["Database"]>;
type Statement = ReturnType<Database["prepare"]>;

/** SQLite's own limit on parameters in one statement (SQLITE_MAX_VARIABLE_NUMBER since 3.32). */
const MAX_PARAMETERS = 32_766;

/** An open database as the program's engine. */
export class LoadedEngine implements Engine {
  readonly name: string;
  readonly path: string;
  readonly #database: Database;
  readonly #dialect: Dialect;

  constructor(database: Database, path: string) {
    this.#database = database;
    this.path = path;
    const [probe] = withStorageErrors(path, () => database.prepare("SELECT 1, sqlite_version()").values());
    this.#dialect = typeof probe?.[0] === "bigint" ? EXACT : MARKED;
    this.name = `${this.#dialect === EXACT ? "node:sqlite" : "@db/sqlite"} ${probe?.[1]}`;
    // A crafted schema must not run functions with side effects, and a cell must not have a false size. Source:
    // sqlite.org/pragma.html, trusted_schema and cell_size_check.
    this.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;");
  }

  exec(sql: string): void {
    withStorageErrors(this.path, () => this.#database.exec(sql));
  }

  prepare(sql: string): Prepared {
    return this.#prepared(sql, null, null);
  }

  select(columns: readonly SelectedColumn[], rest: string): Prepared {
    const { numberColumn } = this.#dialect;
    const list = columns.map(({ sql, kind }) => kind === "number" ? numberColumn(sql) : sql).join(", ");
    return this.#prepared(`SELECT ${list} ${rest}`, columns.map(({ kind }) => kind), null);
  }

  insert(table: string, columns: readonly InsertedColumn[], rows: number): Prepared {
    const { parametersOfNumber, numberParameter } = this.#dialect;
    // `?` without a number, since `node:sqlite` takes `?7` for a named parameter, and binds all several times slower.
    const parameter = ({ kind }: InsertedColumn) => kind === "number" ? numberParameter() : "?";
    const tuples = Array.from({ length: rows }, () => `(${columns.map(parameter).join(", ")})`);
    const sql = `INSERT INTO ${table} (${columns.map(({ name }) => name).join(", ")}) VALUES ${tuples.join(", ")}`;
    return this.#prepared(sql, null, parametersOfNumber > 1 ? columns.map(({ kind }) => kind) : null);
  }

  maxRowsOfInsert(columns: readonly InsertedColumn[]): number {
    const numbers = columns.filter(({ kind }) => kind === "number").length;
    const each = columns.length + numbers * (this.#dialect.parametersOfNumber - 1);
    return Math.max(1, Math.floor(MAX_PARAMETERS / Math.max(1, each)));
  }

  bindings(): Bindings {
    const dialect = this.#dialect;
    const values: SqlValue[] = [];
    return {
      values,
      add: (value: SqlValue, kind: SqlKind = "plain") => {
        const index = values.length + 1;
        if (kind === "plain") {
          values.push(value);
          return `?${index}`;
        }
        dialect.bindNumber(values, value);
        return dialect.numberParameter(index);
      },
    };
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

  async waitingTransaction<T>(body: () => Promise<T>): Promise<T> {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = await body();
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

  #prepared(sql: string, reads: readonly SqlKind[] | null, binds: readonly SqlKind[] | null): Prepared {
    const statement = withStorageErrors(this.path, () => this.#database.prepare(sql));
    return new LoadedStatement(statement, this.path, this.#dialect, reads, binds);
  }
}

class LoadedStatement implements Prepared {
  readonly #statement: Statement;
  readonly #path: string;
  readonly #dialect: Dialect;
  /** Kinds of the columns; null when all are plain. */
  readonly #reads: readonly SqlKind[] | null;
  /** Kinds of the parameters, repeated for each row; null when all are plain. */
  readonly #binds: readonly SqlKind[] | null;

  constructor(
    statement: Statement,
    path: string,
    dialect: Dialect,
    reads: readonly SqlKind[] | null,
    binds: readonly SqlKind[] | null,
  ) {
    this.#statement = statement;
    this.#path = path;
    this.#dialect = dialect;
    this.#reads = reads;
    this.#binds = binds;
  }

  run(params: readonly SqlValue[] = []): number {
    try {
      return this.#statement.run(...this.#bound(params));
    } catch (cause) {
      throw storageError(cause, this.#path);
    }
  }

  rows(params: readonly SqlValue[] = []): SqlValue[][] {
    let rows: SqlValue[][];
    try {
      rows = this.#statement.values(...params) as SqlValue[][];
    } catch (cause) {
      throw storageError(cause, this.#path);
    }
    const { readsExactly, readNumber, readPlain } = this.#dialect;
    if (readsExactly) return rows;
    const kinds = this.#reads;
    for (const row of rows) {
      for (let i = 0; i < row.length; i++) {
        const value = row[i] ?? null;
        row[i] = kinds?.[i] === "number" ? readNumber(value) : readPlain(value);
      }
    }
    return rows;
  }

  finalize(): void {
    this.#statement.finalize();
  }

  #bound(params: readonly SqlValue[]): readonly SqlValue[] {
    const kinds = this.#binds;
    if (kinds === null) return params;
    const bound: SqlValue[] = [];
    for (let i = 0; i < params.length; i++) {
      const value = params[i] ?? null;
      if (kinds[i % kinds.length] === "number") this.#dialect.bindNumber(bound, value);
      else bound.push(value);
    }
    return bound;
  }
}
