/**
 * Stands in for `jsr:@db/sqlite` where JSR is out of reach: over Deno's own SQLite it reads and binds numbers as that
 * package does with `int64`, so that its side of the engine is tested here. `deno task test:engine` leads the import there.
 *
 * - An integral JavaScript number is bound as INTEGER, cut to 64 bits; a bigint too.
 * - An INTEGER is read as a number up to 2^53, and as a bigint beyond.
 */
import {
  type BindValue,
  Database as Own,
  type DatabaseOpenOptions,
  Statement as OwnStatement,
} from "../../lib/builtin/sqlite.ts";

function bound(value: BindValue): BindValue {
  if (typeof value === "bigint") return BigInt.asIntN(64, value);
  return typeof value === "number" && Number.isInteger(value) ? BigInt.asIntN(64, BigInt(value)) : value;
}

function read(value: unknown): unknown {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** One open database. */
export class Database extends Own {
  constructor(path: string, options: DatabaseOpenOptions = {}) {
    super(path, options);
  }

  override prepare(sql: string): OwnStatement {
    return new Statement(super.prepare(sql));
  }
}

class Statement extends OwnStatement {
  readonly #own: OwnStatement;

  constructor(own: OwnStatement) {
    super(undefined as never, () => {});
    this.#own = own;
  }

  override run(...params: readonly BindValue[]): number {
    return this.#own.run(...params.map(bound));
  }

  override values<Row extends unknown[] = unknown[]>(...params: readonly BindValue[]): Row[] {
    return this.#own.values<Row>(...params.map(bound)).map((row) => row.map(read) as Row);
  }

  override value<Row extends unknown[] = unknown[]>(...params: readonly BindValue[]): Row | undefined {
    return this.#own.value<Row>(...params.map(bound))?.map(read) as Row | undefined;
  }

  override columnNames(): string[] {
    return this.#own.columnNames();
  }

  override finalize(): void {
    this.#own.finalize();
  }
}
