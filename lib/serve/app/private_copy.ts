/**
 * A private copy of an archive, so that the archive itself is never written. It is for clients that write, and for
 * files whose numeric row ids were lost or that hold a text in place of a value. It is temporary, and readable by its
 * owner only.
 */
import { makeTemporaryFolder } from "../../disk/temporary_folder.ts";
import { keepsRowIds } from "../../archive/rows/row_reader.ts";
import { standIns } from "../../archive/catalogue/absent_cells.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import { join } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { rowIdText } from "../../value/row_id.ts";

/** A copied file. */
export interface PrivateCopy {
  readonly engine: Engine;
  readonly path: string;
  /** Removes the copy; its engines must be closed. */
  remove(): Promise<void>;
}

/** Copies an archive into a new temporary folder and opens the copy for writing beside any number of readers. */
export async function copyArchive(path: string, tables: readonly CatalogueTable[]): Promise<PrivateCopy> {
  const folder = await makeTemporaryFolder("serve");
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const copy = join(folder, "app.sqlite");
    await Deno.copyFile(path, copy);
    await Deno.chmod(copy, 0o600);
    const engine = await openEngine(copy, { mode: "write" });
    speedUp(engine);
    // What clients delete leaves no trace in the saved file.
    engine.exec("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON");
    dropTriggers(engine);
    for (const { plan } of tables.filter(isHeld)) if (!keepsRowIds(engine, plan)) restoreNumericIds(engine, plan);
    emptyStandIns(engine, tables);
    return { engine, path: copy, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The copy is deleted with the server: nothing in it needs to survive a power failure. */
export function speedUp(engine: Engine): void {
  engine.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -32000");
}

/** An archive has no triggers. If this file has one, somebody else made it, and it must not run. */
function dropTriggers(engine: Engine): void {
  for (const [name] of engine.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")) {
    engine.exec(`DROP TRIGGER ${quoteName(textOf(name) ?? "")}`);
  }
}

/** Absent cells are served as None, as newer files hold them. */
function emptyStandIns(engine: Engine, tables: readonly CatalogueTable[]): void {
  for (const { table, row, column } of standIns(engine)) {
    const plan = tables.find(({ plan }) => plan.tableId === table)?.plan;
    const sqlName = plan?.columns.find((each) => each.column.name === column)?.sqlName;
    if (plan === undefined || sqlName === undefined) continue;
    const where = `${quoteName(plan.rowIdSqlName)} = ?1`;
    engine.run(`UPDATE ${quoteName(plan.sqlName)} SET ${quoteName(sqlName)} = NULL WHERE ${where}`, [
      rowIdText(table, row),
    ]);
  }
}

/**
 * Numbers rows by their text again, in two steps, so that no number is used while another row still has it.
 * @throws {AnvilSqliteError} `damaged` (exit 4) when the text of a row has no number that SQLite can store
 */
function restoreNumericIds(engine: Engine, plan: TableLayout): void {
  const rowid = rowidAlias(plan);
  const text = quoteName(plan.rowIdSqlName);
  const table = quoteName(plan.sqlName);
  const number = `CAST(substr(${text}, instr(${text}, ',') + 1) AS INTEGER)`;
  const [odd] = engine.query(
    `SELECT ${text} FROM ${table} WHERE ${text} <> '[${plan.tableId},' || ${number} || ']' OR ${number} < 1 LIMIT 1`,
  );
  if (odd !== undefined) {
    throw new AnvilSqliteError(`Table '${plan.table.name}' has a row with the id '${odd[0]}', which no app can have`, {
      code: "damaged",
      hint: "Run 'anvil-sqlite verify' on the file, and use another backup.",
    });
  }
  engine.transaction(() => {
    engine.exec(`UPDATE ${table} SET ${rowid} = -${number}`);
    engine.exec(`UPDATE ${table} SET ${rowid} = -${rowid}`);
  });
}
