/**
 * Whether a multi-link column and its junction table say the same. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";

/** A sentence for each multi-link column whose junction table says something else. */
export function junctionDifferences(engine: Engine, plan: TableLayout): readonly string[] {
  return plan.columns.flatMap(({ column, sqlName, junction }) => {
    if (junction === null) return [];
    const id = quoteName(plan.rowIdSqlName);
    const listed = `
      SELECT t.${id}, item.key, item.value FROM ${quoteName(plan.sqlName)} AS t, json_each(t.${
      quoteName(sqlName)
    }) AS item
      WHERE json_valid(t.${quoteName(sqlName)})`;
    const joined = `SELECT _anvil_row_id, position, target_row_id FROM ${quoteName(junction.sqlName)}`;
    const [row] = engine.query(`
      SELECT (SELECT count(*) FROM (${listed} EXCEPT ${joined})), (SELECT count(*) FROM (${joined} EXCEPT ${listed}))`);
    const [missing, extra] = [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0)];
    if (missing === 0 && extra === 0) return [];
    return [
      `Column '${column.name}' of table '${plan.table.name}' and its junction table '${junction.sqlName}' differ: ` +
      `${missing} links are missing there, ${extra} are only there`,
    ];
  });
}
