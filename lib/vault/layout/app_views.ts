/**
 * Views that show the app in a vault as it is now, with the names that a backup gives its tables: rows with their row
 * ids, links of multi-links one by one, and every version of each row. They are for other tools; this program never
 * reads them. Text only.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { NameSpace } from "../../ddl/sql_names.ts";
import { maskTest } from "./change_mask.ts";
import { historyTable, liveTable, storedName } from "./row_tables.ts";

/** A table that views show. */
export interface ShownTable {
  readonly plan: TableLayout;
  /** Its number in the vault. */
  readonly number: number;
  readonly stored: readonly number[];
}

/** The view of media, with the same columns as in a backup. */
const MEDIA_VIEW: readonly [name: string, sql: string] = [
  "_anvil_media",
  `CREATE VIEW _anvil_media AS
SELECT u.id, u.content_type, u.name, u.url, s.length,
  CASE WHEN s.sha256 IS NULL THEN NULL ELSE coalesce(
    (SELECT CAST(group_concat(b.bytes, '') AS BLOB)
     FROM (SELECT bytes FROM _anvil_blobs WHERE sha256 = s.sha256 ORDER BY n) AS b),
    x'') END AS bytes
FROM _anvil_media_uses AS u JOIN _anvil_media_states AS s ON s.use_id = u.id
  AND s._anvil_from = (SELECT max(_anvil_from) FROM _anvil_media_states WHERE use_id = u.id)`,
];

/** Tables with more columns have no view of their versions, since the view's text grows with them. */
const MAX_HISTORY_COLUMNS = 100;

/** `CREATE VIEW` statements by name. */
export function appViews(tables: readonly ShownTable[]): ReadonlyMap<string, string> {
  const space = new NameSpace();
  for (const { plan } of tables) {
    space.give(plan.sqlName);
    for (const { junction } of plan.columns) if (junction !== null) space.give(junction.sqlName);
  }
  const views = new Map([MEDIA_VIEW]);
  for (const table of tables) {
    views.set(table.plan.sqlName, rowsView(table));
    table.plan.columns.forEach(({ junction }, at) => {
      if (junction !== null) views.set(junction.sqlName, linksView(junction.sqlName, table, table.stored[at] ?? 0));
    });
    if (table.stored.length > MAX_HISTORY_COLUMNS) continue;
    const name = space.give(`${table.plan.sqlName}_history`);
    views.set(name, historyView(name, table));
  }
  return views;
}

function rowIdText({ plan }: ShownTable, row: string): string {
  return `'[${plan.tableId},' || ${row} || ']'`;
}

function rowsView(table: ShownTable): string {
  const { plan, number, stored } = table;
  const columns = plan.columns.map(({ sqlName }, at) => `${storedName(stored[at] ?? 0)} AS ${quoteName(sqlName)}`);
  const id = `${rowIdText(table, "_anvil_row")} AS ${quoteName(plan.rowIdSqlName)}`;
  return `CREATE VIEW ${quoteName(plan.sqlName)} AS\nSELECT ${[id, ...columns].join(", ")}\nFROM ${liveTable(number)}`;
}

function linksView(name: string, table: ShownTable, stored: number): string {
  const cell = `r.${storedName(stored)}`;
  // By its position: DuckDB's SQLite puts quotes around what json_each returns of a text.
  return `CREATE VIEW ${quoteName(name)} AS
SELECT ${
    rowIdText(table, "r._anvil_row")
  } AS _anvil_row_id, link.key AS position, ${cell} ->> link.fullkey AS target_row_id
FROM ${liveTable(table.number)} AS r, json_each(CASE WHEN json_valid(${cell}) THEN ${cell} ELSE '[]' END) AS link`;
}

function historyView(name: string, table: ShownTable): string {
  const { plan, number, stored } = table;
  const space = new NameSpace();
  for (const { sqlName } of plan.columns) space.give(sqlName);
  const [id, from, until] = [plan.rowIdSqlName, space.give("_anvil_from"), space.give("_anvil_until")].map(quoteName);
  const taken = (snapshot: string) => `(SELECT taken_at FROM _anvil_snapshots WHERE id = ${snapshot})`;
  const old = plan.columns.map(({ sqlName }, at) => `${oldCell(number, stored[at] ?? 0)} AS ${quoteName(sqlName)}`);
  const now = plan.columns.map((_, at) => storedName(stored[at] ?? 0));
  return `CREATE VIEW ${quoteName(name)} AS
SELECT ${
    [
      `${rowIdText(table, "h._anvil_row")} AS ${id}`,
      `${taken("h._anvil_from")} AS ${from}`,
      `${taken("h._anvil_until")} AS ${until}`,
      ...old,
    ].join(",\n  ")
  }
FROM ${historyTable(number)} AS h
UNION ALL
SELECT ${[rowIdText(table, "_anvil_row"), taken("_anvil_from"), "NULL", ...now].join(", ")}
FROM ${liveTable(number)}`;
}

/** A cell of an old version: from the first later line that holds it, otherwise from the living row. */
function oldCell(table: number, stored: number): string {
  const cell = storedName(stored);
  const holds = (line: string) => `(${line}._anvil_mask IS NULL OR ${maskTest(`${line}._anvil_mask`, stored)})`;
  return `CASE WHEN ${holds("h")} THEN h.${cell} ELSE (
    SELECT cell FROM (
      SELECT n.${cell} AS cell, n._anvil_from AS since FROM ${historyTable(table)} AS n
      WHERE n._anvil_row = h._anvil_row AND n._anvil_from > h._anvil_from AND ${holds("n")}
      UNION ALL
      SELECT l.${cell}, l._anvil_from FROM ${liveTable(table)} AS l WHERE l._anvil_row = h._anvil_row
    ) ORDER BY since LIMIT 1) END`;
}
