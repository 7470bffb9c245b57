/**
 * Finds text in a file that no reader of text sees: what is behind a NUL, where both engines and most tools stop, and
 * bytes that are not UTF-8, which they show as U+FFFD. It reads bytes, a few columns at a time.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";

/** Columns that are checked together: an expression may be nested a thousand times, a result may have 2,000 columns. */
const COLUMNS_AT_ONCE = 100;
/** Rows that are read together. */
const ROWS_AT_ONCE = 500;

/** A cell: the place of its column in the caller's list, and the row's number. */
interface HiddenText {
  readonly column: number;
  readonly rowid: bigint;
}

/**
 * Bytes that SQLite uses for the rows of a table, or null if it does not count them: its table `dbstat` is not in every
 * build (sqlite.org/dbstat.html).
 */
export function storedBytes(engine: Engine, table: string): number | null {
  try {
    const [row] = engine.query("SELECT payload FROM dbstat WHERE name = ?1 AND aggregate = 1", [table]);
    return row === undefined ? null : Number(row[0]);
  } catch {
    return null;
  }
}

/**
 * Cells that hold a NUL, up to a limit.
 * @param key SQL of a number by which a row is known
 */
export function cellsWithNul(
  engine: Engine,
  table: string,
  columns: readonly string[],
  key: string,
  most: number,
): readonly HiddenText[] {
  const found: HiddenText[] = [];
  for (let from = 0; from < columns.length && found.length < most; from += COLUMNS_AT_ONCE) {
    const some = columns.slice(from, from + COLUMNS_AT_ONCE);
    if (!anyWithNul(engine, table, some)) continue;
    some.forEach((column, i) => {
      const sql = `SELECT ${key} FROM ${quoteName(table)} WHERE ${holdsNul(column)} LIMIT ${most - found.length}`;
      for (const [rowid] of engine.query(sql)) found.push({ column: from + i, rowid: integerOf(rowid) ?? 0n });
    });
  }
  return found.slice(0, most);
}

/** Whether any of these columns of a table holds a NUL. */
export function anyWithNul(engine: Engine, table: string, columns: readonly string[]): boolean {
  for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
    const any = columns.slice(from, from + COLUMNS_AT_ONCE).map(holdsNul).join(" OR ");
    if (engine.query(`SELECT 1 FROM ${quoteName(table)} WHERE ${any} LIMIT 1`).length > 0) return true;
  }
  return false;
}

function holdsNul(column: string): string {
  return `instr(CAST(${quoteName(column)} AS BLOB), x'00') > 0`;
}

/** Finds, in single rows of a table, the columns that hold a NUL or bytes that are not UTF-8. */
export class TextCheck implements Disposable {
  readonly #parts: readonly { readonly from: number; readonly statement: Prepared }[];

  /** @param key SQL of the number by which a row is known */
  constructor(engine: Engine, table: string, columns: readonly string[], key: string) {
    const from = `FROM ${quoteName(table)} WHERE ${key} = ?1`;
    const starts = Array.from({ length: Math.ceil(columns.length / COLUMNS_AT_ONCE) }, (_, i) => i * COLUMNS_AT_ONCE);
    this.#parts = starts.map((start) => ({
      from: start,
      statement: engine.prepare(`SELECT ${columns.slice(start, start + COLUMNS_AT_ONCE).map(bytesOf)} ${from}`),
    }));
  }

  /** Places of such columns in the list. */
  unreadable(rowid: bigint): readonly number[] {
    return this.#parts.flatMap(({ from, statement }) => {
      const [row = []] = statement.rows([rowid]);
      return row.flatMap((cell, i) => cell instanceof Uint8Array && !isReadable(cell) ? [from + i] : []);
    });
  }

  [Symbol.dispose](): void {
    for (const { statement } of this.#parts) statement.finalize();
  }
}

/** Whether any of these columns of a table holds bytes that are not UTF-8. It reads all rows. */
export function anyNotUtf8(engine: Engine, table: string, columns: readonly string[]): boolean {
  const statement = engine.prepare(
    `SELECT ${columns.map(bytesOf)} FROM ${quoteName(table)} LIMIT ${ROWS_AT_ONCE} OFFSET ?1`,
  );
  try {
    for (let from = 0;; from += ROWS_AT_ONCE) {
      const rows = statement.rows([BigInt(from)]);
      const isOdd = rows.some((row) => row.some((cell) => cell instanceof Uint8Array && !isReadable(cell)));
      if (isOdd || rows.length < ROWS_AT_ONCE) return isOdd;
    }
  } finally {
    statement.finalize();
  }
}

/** The bytes of a cell with one byte in front: not every engine reads an empty BLOB. */
function bytesOf(column: string): string {
  return `CAST('=' || ${quoteName(column)} AS BLOB)`;
}

function isReadable(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
