/**
 * Keeps a vault's views in step with the app's newest tables, and keeps a seal over the vault's schema. Runs inside the
 * caller's transaction.
 */
import { createHash } from "node:crypto";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { appViews, type ShownTable } from "../layout/app_views.ts";
import type { StoredTable, TableStates } from "./table_states.ts";

/** Changes the views to those of a snapshot, which must be the newest; right views stay. */
export function refreshViews(engine: Engine, states: TableStates, snapshot: number): void {
  const wanted = appViews(shownTables(states, snapshot));
  const there = new Map(
    engine.query("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").map(([name, sql]) => [
      textOf(name) ?? "",
      textOf(sql),
    ]),
  );
  for (const [name, sql] of there) if (wanted.get(name) !== sql) engine.exec(`DROP VIEW ${quoteName(name)}`);
  for (const [name, sql] of wanted) if (there.get(name) !== sql) engine.exec(sql);
  const seal = schemaSeal(engine);
  if (recordedSchemaSeal(engine) === seal) return;
  engine.run("INSERT OR REPLACE INTO _anvil_vault (key, value) VALUES ('schema_seal', ?1)", [seal]);
}

/** Tables of the app as they were last read: one that could not be read on the newest night is included. */
function shownTables(states: TableStates, snapshot: number): readonly ShownTable[] {
  const readable = states.listed(snapshot).flatMap((table): readonly StoredTable[] => {
    const last = states.life(table.number).map(([, state]) => state).findLast(({ state }) =>
      state !== "excluded" && state !== "unreadable"
    );
    return last === undefined ? [] : [last];
  });
  const { plan } = archiveLayout({ source: "archive", tables: readable.map(({ table }) => table) });
  return plan.tables.flatMap((table, at) => {
    const known = readable[at];
    if (known === undefined) return [];
    return [{ plan: { ...table, tableId: known.tableId }, number: known.number, stored: known.stored }];
  });
}

/** A digest of the vault's schema, views included, in hexadecimal. */
export function schemaSeal(engine: Engine): string {
  const hash = createHash("sha256").update("anvil-sqlite-vault-1 schema\n");
  for (const row of engine.query("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")) {
    hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest("hex");
}

/** The digest that was recorded when the schema last changed. */
export function recordedSchemaSeal(engine: Engine): string | null {
  return textOf(engine.query("SELECT value FROM _anvil_vault WHERE key = 'schema_seal'")[0]?.[0]);
}
