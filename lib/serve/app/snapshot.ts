/**
 * One consistent view of the archive: an open SQLite file, or a transaction in it, with the schema that belongs to it.
 * It keeps prepared statements; it knows no frame.
 */
import type { Engine, Prepared, SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlRow, SqlValue } from "../../sqlite/sql_value.ts";
import type { RowId } from "../../value/row_id.ts";
import type { ServedApp, ServedTable } from "./served_app.ts";

/** The two kinds of Anvil's storage, as far as the wire shows them. */
export const STORAGE_STYLES = ["classic", "split"] as const;

/** One of {@link STORAGE_STYLES}. */
export type StorageStyle = typeof STORAGE_STYLES[number];

/**
 * Most statements that are kept prepared. Queries of clients may have any form, so beyond this number all are dropped.
 */
const MAX_STATEMENTS = 500;

/** A consistent view of the archive. */
export class ServedSnapshot {
  readonly engine: Engine;
  readonly app: ServedApp;
  readonly storage: StorageStyle;
  readonly #statements = new Map<string, Prepared>();
  readonly #missing = new Map<string, ReadonlySet<RowId>>();
  readonly #onRead: (tableId: number) => void;

  /** @param onRead receives the id of each table that is read, so that a transaction knows what it has read */
  constructor(engine: Engine, app: ServedApp, storage: StorageStyle, onRead: (tableId: number) => void = () => {}) {
    this.engine = engine;
    this.app = app;
    this.storage = storage;
    this.#onRead = onRead;
  }

  /** The same file with another schema or another listener. It keeps no statements. */
  with(app: ServedApp, onRead?: (tableId: number) => void): ServedSnapshot {
    return new ServedSnapshot(this.engine, app, this.storage, onRead);
  }

  /** A view through another connection to the same file. */
  on(engine: Engine, app: ServedApp, onRead: (tableId: number) => void): ServedSnapshot {
    return new ServedSnapshot(engine, app, this.storage, onRead);
  }

  /** Runs a statement that reads rows of `table`. */
  read(table: ServedTable, sql: string, params: readonly SqlValue[] = []): readonly SqlRow[] {
    this.#onRead(table.id);
    return this.rows(sql, params);
  }

  /** Runs `SELECT columns rest` over rows of `table`. */
  select(
    table: ServedTable,
    columns: readonly SelectedColumn[],
    rest: string,
    params: readonly SqlValue[] = [],
  ): readonly SqlRow[] {
    this.#onRead(table.id);
    const key = `${columns.map(({ sql, kind }) => `${kind} ${sql}`).join()} ${rest}`;
    return this.#kept(key, () => this.engine.select(columns, rest)).rows(params);
  }

  /** Runs a statement and returns its rows. */
  rows(sql: string, params: readonly SqlValue[] = []): readonly SqlRow[] {
    return this.#prepared(sql).rows(params);
  }

  /** Runs a statement and returns the number of rows changed. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#prepared(sql).run(params);
  }

  /**
   * Row ids in links of a column that do not exist in its target table. Split storage never shows those. Classic
   * storage does, so there the list is empty. A row id is never used twice, so a missing row stays missing.
   */
  missingTargets(owner: ServedTable, link: string, target: ServedTable | null): ReadonlySet<RowId> {
    if (this.storage === "classic" || target === null || !target.held) return NONE;
    const key = `${owner.id} ${link}`;
    const known = this.#missing.get(key);
    if (known !== undefined) return known;
    const rows = this.rows(`
      SELECT DISTINCT link FROM (${link})
      WHERE link IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${target.sql} WHERE ${target.rowIdSql} = link)`);
    const missing = new Set(rows.map(([text]) => rowPart(String(text))));
    this.#missing.set(key, missing);
    return missing;
  }

  #prepared(sql: string): Prepared {
    return this.#kept(sql, () => this.engine.prepare(sql));
  }

  #kept(key: string, prepare: () => Prepared): Prepared {
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.forgetStatements();
    const statement = prepare();
    this.#statements.set(key, statement);
    return statement;
  }

  /** Finalizes all prepared statements. */
  forgetStatements(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
  }
}

const NONE: ReadonlySet<RowId> = new Set();

/** The row's part of `[table,row]`, cut out by position: this runs for every link of a page. */
export function rowPart(text: string): RowId {
  return text.slice(text.indexOf(",") + 1, -1);
}
