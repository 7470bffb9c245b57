/**
 * What a partial file remembers of a run that is under way: the ranges of row ids and how far each is copied.
 * Written in the same transaction as the rows, so that a killed run continues where it truly stopped. A finished
 * file has none of it.
 */
import { isUnfinished } from "../catalogue/unfinished.ts";
import { type Engine, type Prepared } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";

/** A range of row ids of one table, and how far it is copied. */
interface SavedRange {
  /** Unique in the file. */
  readonly id: number;
  readonly tableId: number;
  /** Decimal digits: all rows up to it are copied; null at the table's beginning. */
  readonly after: string | null;
  /** Decimal digits: last id of the range; null for the table's end. */
  readonly until: string | null;
  readonly done: boolean;
}

/** Creates the resume state, with the statements that the end of the run executes. Runs in the caller's transaction. */
export function createResumeState(engine: Engine, finalStatements: readonly string[]): void {
  engine.exec(`CREATE TABLE _anvil_ranges (
    id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, after TEXT, until TEXT, done INTEGER NOT NULL) STRICT`);
  engine.exec("CREATE TABLE _anvil_final_statements (n INTEGER PRIMARY KEY, sql TEXT NOT NULL) STRICT");
  const insert = engine.prepare("INSERT INTO _anvil_final_statements (sql) VALUES (?1)");
  for (const sql of finalStatements) insert.run([sql]);
  insert.finalize();
}

/** The statements kept for the end; none in a file that has come so far. */
export function keptFinalStatements(engine: Engine): readonly string[] {
  if (!isUnfinished(engine)) return [];
  return engine.query("SELECT sql FROM _anvil_final_statements ORDER BY n").map(([sql]) => textOf(sql) ?? "");
}

/** Executes and forgets the statements kept for the end. Runs in the caller's transaction. */
export function runFinalStatements(engine: Engine): void {
  for (const sql of keptFinalStatements(engine)) engine.exec(sql);
  engine.exec("DELETE FROM _anvil_final_statements");
}

/** Saves ranges while a copy runs, with every page; finalize it at the end. */
export class RangeWriter {
  readonly #engine: Engine;
  /** Made by the first range, since a file whose copy is done has no table of them. */
  #upsert: Prepared | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Saves a range, new or known. Runs in the caller's transaction. */
  save({ id, tableId, after, until, done }: SavedRange): void {
    this.#upsert ??= this.#engine.prepare(`
      INSERT INTO _anvil_ranges (id, table_id, after, until, done) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (id) DO UPDATE SET after = excluded.after, until = excluded.until, done = excluded.done`);
    this.#upsert.run([BigInt(id), BigInt(tableId), after, until, done ? 1n : 0n]);
  }

  finalize(): void {
    this.#upsert?.finalize();
    this.#upsert = null;
  }
}

/** The saved ranges, in the order in which they were made. */
export function savedRanges(engine: Engine): readonly SavedRange[] {
  return engine.query("SELECT id, table_id, after, until, done FROM _anvil_ranges ORDER BY id").map(
    ([id, tableId, after, until, done]) => ({
      id: Number(id),
      tableId: Number(tableId),
      after: textOf(after),
      until: textOf(until),
      done: integerOf(done) === 1n,
    }),
  );
}

/** Removes what only a running copy needs. Runs in the caller's transaction. */
export function dropResumeState(engine: Engine): void {
  engine.exec("DROP TABLE IF EXISTS _anvil_ranges; DROP TABLE IF EXISTS _anvil_final_statements");
}
