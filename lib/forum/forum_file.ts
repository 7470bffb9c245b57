/**
 * Files of the forum scripts (2020 and 2022) from which this program grew: reads what they say about themselves, and
 * finds cells that SQLite may have changed in them. It only reads.
 *
 * Those scripts declared columns by Anvil's type names. SQLite gives a type that it does not know NUMERIC affinity, so
 * the text "01234" in a `string` column was stored as the integer 1234 (sqlite.org/datatype3.html, section 3.1).
 */
import { quoteName } from "../ddl/quote.ts";
import { type Engine } from "../sqlite/engine.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { checkPlainTables } from "../archive/catalogue/plain_tables.ts";

/** A table of such a file. */
interface ForumTable {
  readonly name: string;
  readonly rows: number;
}

/** Cells of one column that are numbers although the app has (or may have) text there. */
interface ChangedCells {
  readonly table: string;
  readonly column: string;
  /** In a `string` column such a cell was changed; in a `simpleObject` it may have been this number. */
  readonly type: typeof AFFECTED[number];
  readonly count: number;
  /** Row ids of the first few. */
  readonly rows: readonly string[];
}

/** What such a file says about itself. */
export interface ForumFile {
  readonly provenance: ReadonlyMap<string, string>;
  readonly tables: readonly ForumTable[];
  readonly changed: readonly ChangedCells[];
  /** Columns with texts that contain NUL: a reader of text from SQLite stops there. */
  readonly cut: readonly { readonly table: string; readonly column: string; readonly count: number }[];
  /** Tables that the schema names and the file does not have. */
  readonly missing: readonly string[];
}

const EXAMPLES = 5;
/** Types whose text SQLite may have turned into numbers. Dates and links never look like one. */
const AFFECTED = ["string", "simpleObject"] as const;
const CATALOGUE = ["_provenance", "_anvil_tables", "_anvil_columns", "_anvil_media_objects"] as const;

/** Whether an open file is one of these: it has their catalogue, without this program's identity. */
export function isForumFile(engine: Engine): boolean {
  const names = engine.query(`
    SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name IN (${CATALOGUE.map((name) => `'${name}'`).join(", ")})`);
  const columns = engine.query("SELECT name FROM pragma_table_info('_anvil_tables')").map(([name]) => textOf(name));
  return names.length === CATALOGUE.length && columns.includes("python_name") && !columns.includes("sql_name");
}

/**
 * Reads such a file.
 * @throws {AnvilSqliteError} `damaged-catalogue` (exit 4) when something in it is not a plain table
 */
export function readForumFile(engine: Engine): ForumFile {
  checkPlainTables(engine, CATALOGUE.map((name) => ({ name, columns: [] })));
  const present = new Set(engine.query("SELECT name FROM sqlite_schema WHERE type = 'table'").map(([n]) => textOf(n)));
  const named = engine.query("SELECT python_name FROM _anvil_tables").flatMap(([name]) => textOf(name) ?? []);
  const held = named.filter((name) => present.has(name));
  checkPlainTables(engine, held.map((name) => ({ name, columns: [] })));
  return {
    provenance: new Map(
      engine.query("SELECT key, value FROM _provenance").map(([key, value]) => [String(key), String(value ?? "")]),
    ),
    tables: held.map((name) => ({
      name,
      rows: Number(engine.query(`SELECT count(*) FROM ${quoteName(name)}`)[0]?.[0] ?? 0),
    })),
    changed: held.flatMap((name) => changedCells(engine, name)),
    cut: held.flatMap((name) => cutCells(engine, name)),
    missing: named.filter((name) => !present.has(name)),
  };
}

function cutCells(engine: Engine, table: string): ForumFile["cut"] {
  return engine.query("SELECT name FROM pragma_table_info(?1)", [table]).flatMap(([name]) => {
    const column = textOf(name) ?? "";
    const cell = quoteName(column);
    const [row] = engine.query(`SELECT count(*) FROM ${quoteName(table)}
      WHERE typeof(${cell}) = 'text' AND instr(CAST(${cell} AS BLOB), x'00') > 0`);
    const count = Number(row?.[0] ?? 0);
    return count === 0 ? [] : [{ table, column, count }];
  });
}

function changedCells(engine: Engine, table: string): readonly ChangedCells[] {
  const columns = engine.query("SELECT name, type FROM _anvil_columns WHERE table_name = ?1", [table]);
  const real = new Set(engine.query("SELECT name FROM pragma_table_info(?1)", [table]).map(([name]) => textOf(name)));
  return columns.flatMap(([name, declared]) => {
    const column = textOf(name) ?? "";
    const type = AFFECTED.find((affected) => affected === declared);
    if (type === undefined || !real.has(column)) return [];
    const where = `FROM ${quoteName(table)} WHERE typeof(${quoteName(column)}) IN ('integer', 'real')`;
    const count = Number(engine.query(`SELECT count(*) ${where}`)[0]?.[0] ?? 0);
    if (count === 0) return [];
    const rows = engine.query(`SELECT _anvil_row_id ${where} LIMIT ${EXAMPLES}`);
    return [{ table, column, type, count, rows: rows.map(([id]) => String(id)) }];
  });
}
