/**
 * The view `_anvil_media`: each medium with its bytes, and the table, column and row that it belongs to. It has a column
 * `rowid`, which Datasette needs to show bytes of a view. Text only.
 */
import type { TableLayout } from "./archive_layout.ts";
import { quoteName } from "./quote.ts";

/**
 * Most SELECTs that one compound SELECT joins here; SQLite takes 500 (`SQLITE_MAX_COMPOUND_SELECT`,
 * sqlite.org/limits.html).
 */
const MOST_TERMS = 400;

/**
 * `CREATE VIEW` for the media of these data tables. It reads names from the catalogue, since SQL text cannot hold them
 * all.
 */
export function mediaView(tables: readonly TableLayout[]): string {
  const uses = tables.flatMap(({ tableId, sqlName, rowIdSqlName, columns }) =>
    columns.flatMap(({ column, sqlName: name }, position) => {
      if (column.kind !== "media") return [];
      const cell = quoteName(name);
      return `SELECT ${tableId} AS t, ${position} AS c, ${quoteName(rowIdSqlName)} AS row_id, ${cell} AS medium ` +
        `FROM ${quoteName(sqlName)} WHERE ${cell} IS NOT NULL`;
    })
  );
  return `CREATE VIEW _anvil_media AS
SELECT m.id AS rowid, m.id,
  (SELECT python_name FROM _anvil_tables WHERE id = u.t) AS table_name,
  (SELECT name FROM _anvil_columns WHERE _anvil_table_id = u.t AND position = u.c) AS column_name,
  u.row_id, m.content_type, m.name, m.url, m.length,
  CASE WHEN m.sha256 IS NULL THEN NULL ELSE coalesce(
    (SELECT CAST(group_concat(b.bytes, '') AS BLOB)
     FROM (SELECT bytes FROM _anvil_blobs WHERE sha256 = m.sha256 ORDER BY n) AS b),
    x'') END AS bytes
FROM _anvil_media_objects AS m LEFT JOIN (
  ${allOf(uses.length === 0 ? [NO_USES] : uses)}
) AS u ON u.medium = m.id`;
}

const NO_USES = "SELECT NULL AS t, NULL AS c, NULL AS row_id, NULL AS medium WHERE 0";

function allOf(terms: readonly string[]): string {
  if (terms.length <= MOST_TERMS) return terms.join("\n  UNION ALL ");
  const parts = Array.from({ length: Math.ceil(terms.length / MOST_TERMS) }, (_, i) =>
    // Because of the LIMIT, SQLite does not join them into one long compound again.
    `SELECT * FROM (${terms.slice(i * MOST_TERMS, (i + 1) * MOST_TERMS).join("\n  UNION ALL ")} LIMIT -1)`);
  return allOf(parts);
}
