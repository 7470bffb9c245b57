/**
 * Whether what a file calls tables are tables: a crafted file could put a view, a virtual table or a generated column in
 * the place of one, which would run its SQL on every read. Nothing of a file is read before this was looked at.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { type CatalogueTable, isHeld } from "./catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";

/** Tables that every archive has. */
export const CATALOGUE_NAMES = [
  "_provenance",
  "_anvil_tables",
  "_anvil_columns",
  "_anvil_media_objects",
  "_anvil_blobs",
  "_anvil_warnings",
  "_anvil_dangling_links",
] as const;

/**
 * Checks that all these are plain tables with plain columns.
 * @throws {AnvilSqliteError} `damaged-catalogue` (exit 4)
 */
export function checkPlainTables(engine: Engine, names: Iterable<string>): void {
  const objects = engine.prepare("SELECT type, sql FROM sqlite_schema WHERE name = ?1 AND type IN ('table', 'view')");
  const computed = engine.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 0");
  try {
    for (const name of names) {
      const [object] = objects.rows([name]);
      if (object === undefined) throw notPlain(engine, `the table '${name}' is missing`);
      const isTable = object[0] === "table" && /^CREATE TABLE/i.test(textOf(object[1]) ?? "");
      if (!isTable) throw notPlain(engine, `'${name}' is no plain table`);
      const [column] = computed.rows([name]);
      if (column !== undefined) throw notPlain(engine, `column '${column[0]}' of table '${name}' is computed`);
    }
  } finally {
    objects.finalize();
    computed.finalize();
  }
}

/** The data tables and junction tables of a catalogue. */
export function dataTableNames(tables: readonly CatalogueTable[]): readonly string[] {
  return tables.filter(isHeld).flatMap(({ plan }) => [
    plan.sqlName,
    ...plan.columns.flatMap(({ junction }) => junction?.sqlName ?? []),
  ]);
}

/**
 * Checks that a file that is going to be written has no triggers: an archive has none, and one would run.
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
