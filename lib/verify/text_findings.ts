/**
 * Text of a file that no reader sees as it is: bytes behind a NUL, bytes that are not UTF-8, and row numbers that
 * differ from the rows' own ids. Digests are made of what readers see, and show none of it. It only reads.
 */
import { type CatalogueTable } from "../archive/catalogue/catalogue.ts";
import { CATALOGUE, JUNCTION_TEXTS } from "../archive/catalogue/plain_tables.ts";
import { anyNotUtf8, anyWithNul, cellsWithNul, storedBytes } from "../archive/rows/hidden_text.ts";
import { keepsRowIds } from "../archive/rows/row_reader.ts";
import { rowidAlias } from "../archive/rows/rowid_alias.ts";
import { textColumns } from "../archive/rows/text_columns.ts";
import { quoteName } from "../ddl/quote.ts";
import type { Engine } from "../sqlite/engine.ts";
import type { Finding } from "./finding.ts";
import type { CheckResult } from "./parallel/check_task.ts";

/** Most cells that are reported for each table. */
const TOLD = 20;
const SCHEMA = { name: "sqlite_schema", columns: ["type", "name", "tbl_name", "sql"] } as const;

/** Hidden text in the rows of a data table. */
export function* textFindings(
  engine: Engine,
  { plan }: CatalogueTable,
  results: readonly (CheckResult | undefined)[],
): Iterable<Finding> {
  const { name } = plan.table;
  const parts = results.flatMap((result) => result?.kind === "rows" ? [result] : []);
  for (const { column, row: id } of parts.flatMap(({ unreadable }) => unreadable)) {
    const row = `[${plan.tableId},${id}]`;
    const message = `${cellText(column)} of row ${row} of table '${name}' holds bytes that are not text`;
    yield { kind: "digest", table: name, row, message };
  }
  const renumbered = parts.reduce((sum, part) => sum + part.renumbered, 0);
  // After VACUUM all rows have new numbers, and this proves nothing.
  if (renumbered > 0 && keepsRowIds(engine, plan)) {
    const message = `${renumbered} rows of table '${name}' have other numbers in SQLite than their ids`;
    yield { kind: "digest", table: name, row: null, message };
  }
  // Only if the file has more bytes than were read can something be behind a NUL: the search costs a sixth of a check.
  const read = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (storedBytes(engine, plan.sqlName) === read) return;
  const columns = textColumns(plan);
  const alias = rowidAlias(plan);
  const hidden = cellsWithNul(engine, plan.sqlName, columns.map(({ sqlName }) => sqlName), alias, TOLD);
  for (const { column, rowid } of hidden) {
    const sql = `SELECT ${quoteName(plan.rowIdSqlName)} FROM ${quoteName(plan.sqlName)} WHERE ${alias} = ?1`;
    const row = String(engine.query(sql, [rowid])[0]?.[0] ?? "");
    const message = `${cellText(columns[column]?.name ?? null)} of row ${row} of table '${name}' holds a NUL, behind ` +
      "which nothing is read";
    yield { kind: "digest", table: name, row, message };
  }
}

function cellText(column: string | null): string {
  return column === null ? "The id" : `Column '${column}'`;
}

/**
 * Hidden text in everything else.
 * @param replaced tables with U+FFFD in a text
 */
export function* catalogueTextFindings(
  engine: Engine,
  held: readonly CatalogueTable[],
  replaced: ReadonlySet<string>,
): Iterable<Finding> {
  const junctions = held.flatMap(({ plan }) =>
    plan.columns.flatMap(({ junction }) =>
      junction === null ? [] : [{ name: junction.sqlName, columns: JUNCTION_TEXTS }]
    )
  );
  for (const { name, columns } of [SCHEMA, ...CATALOGUE, ...junctions]) {
    const texts = columns.filter((column) => column !== "bytes");
    const hasNul = anyWithNul(engine, name, texts);
    if (!hasNul && !(replaced.has(name) && anyNotUtf8(engine, name, texts))) continue;
    const what = hasNul ? "a NUL, behind which nothing is read" : "bytes that are not text";
    yield { kind: "catalogue", table: null, row: null, message: `Table '${name}' of the file holds ${what}` };
  }
  const [odd] = engine.query(`SELECT 1 FROM sqlite_schema
    WHERE typeof(type) <> 'text' OR typeof(name) <> 'text' OR typeof(tbl_name) <> 'text'
      OR typeof(sql) NOT IN ('text', 'null') LIMIT 1`);
  if (odd === undefined) return;
  yield { kind: "catalogue", table: null, row: null, message: "The file's own schema holds something else than text" };
}
