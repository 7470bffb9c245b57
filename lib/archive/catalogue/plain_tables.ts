/**
 * Checks that what a file calls tables are tables. A crafted file could put a view, a virtual table or a generated
 * column in place of one, which would run its SQL on every read. So this check comes before anything else is read.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { type CatalogueTable, isHeld } from "./catalogue.ts";
import { foldName, ROWID_NAMES } from "../../ddl/sql_names.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";

/** A table as a file must have it. */
interface PlainTable {
  readonly name: string;
  /** Columns that are read; it may have others. */
  readonly columns: readonly string[];
  /** Whether its rows have numbers, under a name that no column has. */
  readonly hasRowid?: true;
}

/** Tables that every archive has, with the columns that are read from them. */
export const CATALOGUE: readonly PlainTable[] = [
  { name: "_provenance", columns: ["key", "value"] },
  {
    name: "_anvil_tables",
    columns: [
      ...["id", "python_name", "title", "server", "client", "anvil_id", "sql_name", "row_id_sql_name", "attributes"],
      ...["position", "state", "rows_server", "rows_copied", "digest"],
    ],
  },
  {
    name: "_anvil_columns",
    columns: [
      ...["_anvil_table_id", "_anvil_column_id", "table_name", "name", "type", "kind", "target", "table_id"],
      ...["client_hidden", "attributes", "sql_name", "junction_sql_name", "position"],
    ],
  },
  {
    name: "_anvil_media_objects",
    columns: ["id", "content_type", "name", "length", "sha256", "manager", "anvil_id", "state"],
  },
  { name: "_anvil_blobs", columns: ["sha256", "n", "bytes"] },
  { name: "_anvil_warnings", columns: ["id", "code", "table_name", "column_name", "row_id", "message"] },
  { name: "_anvil_dangling_links", columns: ["table_name", "column_name", "row_id", "target_row_id"] },
];

/** Columns of a junction table that hold text. */
export const JUNCTION_TEXTS = ["_anvil_row_id", "target_row_id"] as const;
const JUNCTION_COLUMNS = [...JUNCTION_TEXTS, "position"];

/** The data tables and junction tables that a catalogue names. */
export function dataTables(tables: readonly CatalogueTable[]): readonly PlainTable[] {
  return tables.filter(isHeld).flatMap(({ plan }) => [
    { name: plan.sqlName, columns: [plan.rowIdSqlName, ...plan.columns.map(({ sqlName }) => sqlName)], hasRowid: true },
    ...plan.columns.flatMap(({ junction }) =>
      junction === null ? [] : [{ name: junction.sqlName, columns: JUNCTION_COLUMNS }]
    ),
  ]);
}

/**
 * Checks that all these are plain tables with plain columns, and have the columns that are read.
 * @throws {AnvilSqliteError} `damaged-catalogue` (exit 4)
 */
export function checkPlainTables(engine: Engine, tables: Iterable<PlainTable>): void {
  const objects = engine.prepare("SELECT type, sql FROM sqlite_schema WHERE name = ?1 AND type IN ('table', 'view')");
  const found = engine.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)");
  let withRowids: ReadonlySet<string> | null = null;
  try {
    for (const { name, columns, hasRowid = false } of tables) {
      const [object] = objects.rows([name]);
      if (object === undefined) throw notPlain(engine, `the table '${name}' is missing`);
      const isTable = object[0] === "table" && /^CREATE TABLE/i.test(textOf(object[1]) ?? "");
      if (!isTable) throw notPlain(engine, `'${name}' is no plain table`);
      const stored = found.rows([name]);
      const computed = stored.find(([, hidden]) => Number(hidden) !== 0);
      if (computed !== undefined) throw notPlain(engine, `column '${computed[0]}' of table '${name}' is computed`);
      const known = new Set(stored.map(([column]) => foldName(textOf(column) ?? "")));
      const isNumbered = () =>
        (withRowids ??= tablesWithRowids(engine)).has(name) && !ROWID_NAMES.every((it) => known.has(it));
      if (hasRowid && !isNumbered()) throw notPlain(engine, `the rows of table '${name}' have no numbers`);
      const missing = columns.find((column) => !known.has(foldName(column)));
      if (missing !== undefined) throw notPlain(engine, `column '${missing}' of table '${name}' is missing`);
    }
  } finally {
    objects.finalize();
    found.finalize();
  }
}

/** Names of the tables with rowids. All at once: the pragma looks at every table and view, whatever it is asked for. */
function tablesWithRowids(engine: Engine): ReadonlySet<string> {
  const rows = engine.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0");
  return new Set(rows.map(([name]) => textOf(name) ?? ""));
}

/**
 * Checks that a file that will be written has no triggers: an archive has none, and a trigger would run.
 * @throws {AnvilSqliteError} `damaged-catalogue` (exit 4)
 */
export function checkNoTriggers(engine: Engine): void {
  const [trigger] = engine.query("SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1");
  if (trigger !== undefined) throw notPlain(engine, `it has a trigger, '${trigger[0]}'`);
}

function notPlain(engine: Engine, what: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${engine.path}' is not as this program made it: ${what}`, {
    code: "damaged-catalogue",
    hint: "Someone has changed the file; use another backup.",
  });
}
