/**
 * Searches all tables for a text, a slice of rows after the other. So the reader can stop it at any moment, and nothing
 * else waits for long. It never searches secret columns. It only reads.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { plainColumn } from "../../archive/rows/selected_cell.ts";
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { LinkedRow } from "../model/cell_view.ts";
import { hasTextSql } from "./contains.ts";
import type { NightFile } from "./night_file.ts";
import { labelsOfRows } from "./row_labels.ts";

/** Rows that one step reads. */
const SLICE = 20_000;
/** Rows of a table that are listed. */
const LISTED = 10;
/** Characters that are shown around a found text. */
const AROUND = 40;

/** Kinds of columns that are searched. */
const SEARCHED: ReadonlySet<ColumnKind> = new Set<ColumnKind>(["string", "simpleObject", "unknown", "number", "date"]);

/** A row that was found. */
export interface Hit {
  readonly row: LinkedRow;
  readonly column: string;
  /** The found text, and the text around it. */
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** How far a search is. */
interface SearchStep {
  readonly table: CatalogueTable;
  /** Rows found in this step. */
  readonly hits: readonly Hit[];
  /** `done`: all rows were searched; `full`: the list is as long as it may be; `on`: this table goes on. */
  readonly state: "on" | "done" | "full";
}

/** Searches for a text; each step is one slice of one table. */
export function* searchTables(file: NightFile, text: string): Iterable<SearchStep> {
  for (const table of file.tables) yield* searchTable(file, table, text);
}

function* searchTable(file: NightFile, table: CatalogueTable, text: string): Iterable<SearchStep> {
  const { plan } = table;
  const columns = plan.columns.filter(({ column }) => SEARCHED.has(column.kind) && !isSecretColumn(column));
  const rowid = rowidAlias(plan);
  const name = quoteName(plan.sqlName);
  const end = (which: string) => `(SELECT ${which}(${rowid}) FROM ${name})`;
  const [ends] = file.engine.query(`SELECT ${end("min")}, ${end("max")}`);
  const [first, last] = [integerOf(ends?.[0]), integerOf(ends?.[1])];
  if (first === null || last === null || columns.length === 0) return yield { table, hits: [], state: "done" };
  const bound = file.engine.bindings();
  const range = `${rowid} >= ${bound.add(first)} AND ${rowid} <= ${bound.add(last)}`;
  const conditions = columns.map(({ sqlName }) => hasTextSql(quoteName(sqlName), text, bound));
  const statement = file.engine.prepare(`
    SELECT ${rowid}, ${quoteName(plan.rowIdSqlName)} FROM ${name} WHERE ${range}
    AND (${conditions.join(" OR ")}) ORDER BY ${rowid} LIMIT ${LISTED + 1}`);
  try {
    let listed = 0;
    for (let from = first; from <= last;) {
      const next = rowBeyond(file, name, rowid, from);
      const until = next === null ? last : next - 1n;
      const found = statement.rows([from, until, ...bound.values.slice(2)]);
      const ids = found.slice(0, LISTED - listed).map(([, id]) => String(id));
      const isFull = listed + found.length > LISTED;
      listed += ids.length;
      yield {
        table,
        hits: hitsOf(file, table, columns, ids, text),
        state: isFull ? "full" : next === null ? "done" : "on",
      };
      if (next === null || isFull) return;
      from = next;
    }
  } finally {
    statement.finalize();
  }
}

/** Where the next slice begins. Ids can have wide gaps, so it counts rows. */
function rowBeyond(file: NightFile, name: string, rowid: string, from: bigint): bigint | null {
  const [row] = file.engine.query(
    `SELECT ${rowid} FROM ${name} WHERE ${rowid} >= ?1 ORDER BY ${rowid} LIMIT 1 OFFSET ${SLICE}`,
    [from],
  );
  return integerOf(row?.[0]);
}

function hitsOf(
  file: NightFile,
  { plan }: CatalogueTable,
  columns: readonly ColumnLayout[],
  ids: readonly string[],
  text: string,
): readonly Hit[] {
  if (ids.length === 0) return [];
  const labels = labelsOfRows(file, plan, ids);
  return ids.flatMap((id): readonly Hit[] => {
    const parsed = parseRowId(id);
    const place = placeOf(file, plan.sqlName, plan.rowIdSqlName, columns, id, text);
    if (parsed === null || place === null) return [];
    return [{ row: { ...parsed, label: labels.get(id) ?? null, broken: false }, ...place }];
  });
}

/** The column of a row in which a text is, and what is around it. */
function placeOf(
  file: NightFile,
  table: string,
  rowId: string,
  columns: readonly ColumnLayout[],
  id: string,
  text: string,
): Omit<Hit, "row"> | null {
  for (const { column, sqlName } of columns) {
    const bound = file.engine.bindings();
    const cell = quoteName(sqlName);
    const where = `${hasTextSql(cell, text, bound)} AND ${quoteName(rowId)} = ${bound.add(id)}`;
    const at = `max(1, instr(lower(${cell}), lower(${bound.add(text)})) - ${AROUND})`;
    const statement = file.engine.select(
      [plainColumn(`substr(${cell}, ${at}, ${text.length + 2 * AROUND})`), plainColumn(at)],
      `FROM ${quoteName(table)} WHERE ${where}`,
    );
    const [row] = statement.rows(bound.values);
    statement.finalize();
    if (row === undefined) continue;
    const around = String(row[0]);
    const start = around.toLowerCase().indexOf(text.toLowerCase());
    const dots = row[1] === 1n ? "" : "…";
    if (start === -1) return { column: column.name, before: around, match: "", after: "" };
    return {
      column: column.name,
      before: `${dots}${around.slice(0, start)}`,
      match: around.slice(start, start + text.length),
      after: around.slice(start + text.length),
    };
  }
  return null;
}
