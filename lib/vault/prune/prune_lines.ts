/**
 * Deletes what was known only at forgotten snapshots: provenance, states of tables and media, warnings, schemas, and
 * bytes of media that no row has any more. Runs inside the caller's transaction.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { historyTable, liveTable, storedName } from "../layout/row_tables.ts";
import { listedIds } from "../store/known_lines.ts";
import type { KeptNumbers } from "./kept_numbers.ts";

/** Tables whose lines count until the next line about the same thing, with the columns that identify the thing. */
const LIVES = [
  ["_anvil_provenance", "key"],
  ["_anvil_table_states", "table_number"],
  ["_anvil_warning_lists", null],
  ["_anvil_media_states", "use_id"],
] as const;

/** Moves lines to kept snapshots; when several meet at one, the last counts. */
export function moveLines(vault: Engine, kept: KeptNumbers): void {
  vault.exec("CREATE TEMP TABLE _anvil_moves (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)");
  const insert = vault.prepare("INSERT INTO temp._anvil_moves (old, new) VALUES (?1, ?2)");
  for (const [from, to] of kept.moves()) insert.run([BigInt(from), BigInt(to)]);
  insert.finalize();
  for (const [table, key] of LIVES) {
    const same = key === null ? "" : `AND later.${key} = ${table}.${key}`;
    vault.exec(`
      DELETE FROM ${table} WHERE EXISTS (
        SELECT 1 FROM temp._anvil_moves AS m JOIN ${table} AS later
        ON later._anvil_from > m.old AND later._anvil_from <= m.new
        WHERE m.old = ${table}._anvil_from ${same});
      UPDATE ${table} SET _anvil_from = (SELECT new FROM temp._anvil_moves WHERE old = _anvil_from)
      WHERE _anvil_from IN (SELECT old FROM temp._anvil_moves)`);
  }
  vault.exec("DROP TABLE temp._anvil_moves");
}

/** Deletes what nothing refers to any more. */
export function dropUnused(vault: Engine, mediaColumns: readonly (readonly [table: number, column: number])[]): void {
  vault.exec("DELETE FROM _anvil_schemas WHERE id NOT IN (SELECT schema_id FROM _anvil_table_states)");
  dropWarnings(vault);
  vault.exec("CREATE TEMP TABLE _anvil_used (id INTEGER PRIMARY KEY)");
  for (const [table, column] of mediaColumns) {
    const cell = storedName(column);
    for (const name of [liveTable(table), historyTable(table)]) {
      vault.exec(`INSERT OR IGNORE INTO temp._anvil_used SELECT ${cell} FROM ${name} WHERE ${cell} IS NOT NULL`);
    }
  }
  vault.exec(`
    DELETE FROM _anvil_media_states WHERE use_id NOT IN (SELECT id FROM temp._anvil_used);
    DELETE FROM _anvil_media_uses WHERE id NOT IN (SELECT id FROM temp._anvil_used);
    DROP TABLE temp._anvil_used;
    DELETE FROM _anvil_blobs
    WHERE sha256 NOT IN (SELECT sha256 FROM _anvil_media_states WHERE sha256 IS NOT NULL)`);
}

function dropWarnings(vault: Engine): void {
  const listed = new Set(
    vault.query("SELECT warnings FROM _anvil_warning_lists").flatMap(([list]) => listedIds(textOf(list) ?? "")),
  );
  const remove = vault.prepare("DELETE FROM _anvil_warnings WHERE id = ?1");
  for (const [id] of vault.query("SELECT id FROM _anvil_warnings")) {
    if (typeof id === "bigint" && !listed.has(Number(id))) remove.run([id]);
  }
  remove.finalize();
}
