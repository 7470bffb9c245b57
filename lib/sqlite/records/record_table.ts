/**
 * How a table is stored, by its own catalogue, and whether SQLite reads it in the same way. It only reads.
 */
import type { Engine } from "../engine.ts";
import { textOf } from "../sql_value.ts";
import type { PageFile } from "./page_file.ts";

/** A table whose cells SQLite returns as they are stored. */
export interface RecordTable {
  readonly root: number;
  /** Place of each column in a record, by its name. */
  readonly places: ReadonlyMap<string, number>;
}

/** Types that SQLite returns as they are stored. REAL is not one: its integers are stored without a fraction. */
const PLAIN_TYPES: ReadonlySet<unknown> = new Set(["TEXT", "INTEGER", "ANY"]);

/**
 * How a table is stored, for as long as the engine's transaction lasts. Null for a table that SQLite does not return as
 * it is stored, and when SQLite reads other pages than these.
 */
export function recordTable(engine: Engine, pages: PageFile, name: string): RecordTable | null {
  const known = engine.query("SELECT page_count, schema_version FROM pragma_page_count, pragma_schema_version")[0] ??
    [];
  if (pages.facts().some((fact, at) => fact !== Number(known[at]))) return null;
  const [object] = engine.query("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?1", [name]);
  const columns = engine.query("SELECT name, type, hidden FROM pragma_table_xinfo(?1) ORDER BY cid", [name]);
  const isPlain = columns.every(([, type, hidden]) => PLAIN_TYPES.has(type) && hidden === 0n);
  if (object === undefined || !isPlain) return null;
  return { root: Number(object[0]), places: new Map(columns.map(([column], at) => [textOf(column) ?? "", at])) };
}

/** Holds a file for reading, with or without a transaction: nobody can write to it meanwhile. */
export function heldForReading<T>(engine: Engine, body: () => T): T {
  engine.exec("SAVEPOINT reading");
  try {
    return body();
  } finally {
    engine.exec("RELEASE reading");
  }
}
