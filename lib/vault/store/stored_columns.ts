/**
 * The numbered columns that a table of a vault has, as SQLite knows them. It only reads.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { liveTable, type StoredColumn, type StoredType } from "../layout/row_tables.ts";
import { damagedVault } from "./open_vault.ts";

/** All numbered columns of a table, by number; empty for a table that never held rows. */
export function storedColumns(engine: Engine, table: number): ReadonlyMap<number, StoredColumn> {
  const rows = engine.query("SELECT name, type FROM pragma_table_info(?1)", [liveTable(table)]);
  return new Map(rows.flatMap(([name, type]) => {
    const [, digits] = /^c(\d+)$/.exec(textOf(name) ?? "") ?? [];
    const number = Number(digits);
    return digits === undefined ? [] : [[number, { number, type: (textOf(type) ?? "ANY") as StoredType }]];
  }));
}

/**
 * Numbered columns by their numbers, in the order asked for.
 * @throws {AnvilSqliteError} `damaged-vault` (exit 4) when one is missing
 */
export function columnsNumbered(engine: Engine, table: number, numbers: readonly number[]): readonly StoredColumn[] {
  const known = storedColumns(engine, table);
  return numbers.map((number) => {
    const column = known.get(number);
    if (column === undefined) throw damagedVault(engine.path, `column ${number} of table ${table} is missing`);
    return column;
  });
}
