/**
 * The prepared statements of an id map, made once for each SQL text. It knows no table.
 */
import type { Engine, Prepared } from "../sqlite/engine.ts";
import type { SqlRow, SqlValue } from "../sqlite/sql_value.ts";

/** Runs statements of one file, prepared when first used. */
export class MapStatements {
  readonly engine: Engine;
  readonly #prepared = new Map<string, Prepared>();

  readonly #describe: (engine: Engine) => void;

  /** @param describe notes that the description of the file has changed */
  constructor(engine: Engine, describe: (engine: Engine) => void) {
    this.engine = engine;
    this.#describe = describe;
  }

  rows(sql: string, ...params: readonly SqlValue[]): readonly SqlRow[] {
    return this.#statement(sql).rows(params);
  }

  /** Returns the number of rows changed. */
  run(sql: string, ...params: readonly SqlValue[]): number {
    return this.#statement(sql).run(params);
  }

  /** Writes inside one transaction. */
  transaction<T>(body: () => T): T {
    return this.engine.transaction(body);
  }

  /** Notes that the map's notes or tables have changed. Runs in the caller's transaction. */
  describe(): void {
    this.#describe(this.engine);
  }

  finalize(): void {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
  }

  #statement(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.engine.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
