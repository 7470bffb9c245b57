/**
 * What a partial file remembers of its unfinished run: which rows are copied, page by page, each page with a checksum,
 * and digests of what describes the file. All of it is written in the same transaction as the rows it is about, so that
 * a killed run continues where it truly stopped. A finished file has none of it.
 */
import { type Engine, type Prepared } from "../../sqlite/engine.ts";
import { integerOf, textOf } from "../../sqlite/sql_value.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";
import { isUnfinished } from "../catalogue/unfinished.ts";

/** Rows that are in the file: all that the app has in this range of ids, and no others. */
export interface CopiedRows {
  readonly tableId: number;
  /** Decimal digits: the rows have ids above this one; null at the table's beginning. */
  readonly after: string | null;
  /** Decimal digits: the rows have ids up to this one; null if they reach the table's end. */
  readonly until: string | null;
}

/** Whether the id of a row is in such a range. */
export function isIn({ after, until }: CopiedRows, row: RowId): boolean {
  return (after === null || compareRowIds(row, after) > 0) && (until === null || compareRowIds(row, until) <= 0);
}

/** A page of copied rows. */
interface CopiedPage extends CopiedRows {
  readonly rows: number;
  /** The checksum that `digest/page_sum.ts` makes of the rows and of all the above. */
  readonly sum: number;
}

/** Parts of a file that are not rows, as names of their digests. */
type Proof = "frame" | "warnings";

/** Creates the resume state, with the statements that the end of the run executes. Runs in the caller's transaction. */
export function createResumeState(engine: Engine, finalStatements: readonly string[]): void {
  engine.exec(`CREATE TABLE _anvil_copied (
    id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, after TEXT, until TEXT, rows INTEGER NOT NULL, sum INTEGER NOT NULL
  ) STRICT`);
  engine.exec("CREATE TABLE _anvil_proofs (what TEXT PRIMARY KEY NOT NULL, digest TEXT NOT NULL) STRICT");
  engine.exec("CREATE TABLE _anvil_final_statements (n INTEGER PRIMARY KEY, sql TEXT NOT NULL) STRICT");
  const insert = engine.prepare("INSERT INTO _anvil_final_statements (sql) VALUES (?1)");
  for (const sql of finalStatements) insert.run([sql]);
  insert.finalize();
}

/** The statements kept for the end; empty if they were executed already. */
export function keptFinalStatements(engine: Engine): readonly string[] {
  if (!isUnfinished(engine)) return [];
  return engine.query("SELECT sql FROM _anvil_final_statements ORDER BY n").map(([sql]) => textOf(sql) ?? "");
}

/** Executes and forgets the statements kept for the end. Runs in the caller's transaction. */
export function runFinalStatements(engine: Engine): void {
  for (const sql of keptFinalStatements(engine)) engine.exec(sql);
  engine.exec("DELETE FROM _anvil_final_statements");
}

/** The digest that the file keeps of one of its parts; null if there is none. */
export function keptProof(engine: Engine, what: Proof): string | null {
  return textOf(engine.query("SELECT digest FROM _anvil_proofs WHERE what = ?1", [what])[0]?.[0]);
}

/** Stores such a digest. Runs in the caller's transaction. */
export function keepProof(engine: Engine, what: Proof, digest: string): void {
  engine.run("INSERT OR REPLACE INTO _anvil_proofs (what, digest) VALUES (?1, ?2)", [what, digest]);
}

/** Notes pages while a copy runs; finalize it at the end. */
export class PageWriter {
  readonly #engine: Engine;
  /** Made by the first page: the table of pages does not exist in a file whose copy is done. */
  #insert: Prepared | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Notes that a page is in the file. Runs in the caller's transaction. */
  add({ tableId, after, until, rows, sum }: CopiedPage): void {
    this.#insert ??= this.#engine.prepare(
      "INSERT INTO _anvil_copied (table_id, after, until, rows, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
    );
    this.#insert.run([BigInt(tableId), after, until, BigInt(rows), BigInt(sum)]);
  }

  finalize(): void {
    this.#insert?.finalize();
    this.#insert = null;
  }
}

/** The pages in a file, in the order in which they came. */
export function copiedPages(engine: Engine): readonly CopiedPage[] {
  return engine.query("SELECT table_id, after, until, rows, sum FROM _anvil_copied ORDER BY id").map(
    ([tableId, after, until, rows, sum]) => ({
      tableId: Number(integerOf(tableId) ?? -1n),
      after: textOf(after),
      until: textOf(until),
      rows: Number(integerOf(rows) ?? -1n),
      sum: Number(integerOf(sum) ?? -1n),
    }),
  );
}

/** Notes that the rows of a page have changed since it came. Runs in the caller's transaction. */
export function changePageSum(engine: Engine, { tableId, after, until }: CopiedRows, sum: number): void {
  engine.run("UPDATE _anvil_copied SET sum = ?4 WHERE table_id = ?1 AND after IS ?2 AND until IS ?3", [
    BigInt(tableId),
    after,
    until,
    BigInt(sum),
  ]);
}

/** Removes what only an unfinished copy needs. Runs in the caller's transaction. */
export function dropResumeState(engine: Engine): void {
  for (const table of ["_anvil_copied", "_anvil_proofs", "_anvil_final_statements"]) {
    engine.exec(`DROP TABLE IF EXISTS ${table}`);
  }
}
