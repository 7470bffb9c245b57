/**
 * Rows of a table of a vault of which any version fits an SQL expression; so rows that are gone are found too. It only
 * reads. Versions are put into a temporary table, with the names that a file gives their columns.
 */
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import { quoteName } from "../../ddl/quote.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import { type StoredColumn, storedKind } from "../layout/row_tables.ts";
import { rowLives } from "../store/row_versions.ts";
import type { StoredTable } from "../store/table_states.ts";
import { BatchWriter } from "../take_in/batch_writer.ts";

/** Columns of a table during some snapshots. */
interface Span {
  readonly table: StoredTable;
  readonly from: number;
  readonly until: number;
}

/**
 * Numbers of such rows, ascending.
 * @param life the table's states, by the snapshot at which each begins
 * @param newest the last snapshot that counts: what came into the vault later is ignored
 * @throws {AnvilSqliteError} `bad-where` (exit 2) when the expression fits no version of the table's columns
 */
export function rowsOnceWhere(
  engine: Engine,
  number: number,
  columns: readonly StoredColumn[],
  life: readonly (readonly [from: number, table: StoredTable])[],
  newest: number,
  expression: string,
): readonly bigint[] {
  const found = new Set<bigint>();
  const failures: unknown[] = [];
  const spans = spansOf(life, newest);
  for (const span of spans) {
    try {
      for (const row of rowsIn(engine, number, columns, span, expression)) found.add(row);
    } catch (error) {
      // The column may be newer than the snapshot.
      failures.push(error);
    }
  }
  const [failure] = failures;
  if (spans.length > 0 && failures.length === spans.length) {
    const table = spans[0]?.table.table.name ?? "";
    throw new AnvilSqliteError(`--where cannot be evaluated: ${failure instanceof Error ? failure.message : failure}`, {
      code: "bad-where",
      hint: `It is an SQL expression on the columns of table '${table}', such as "title LIKE 'Emma%'".`,
      cause: failure,
    });
  }
  return [...found].sort((a, b) => a < b ? -1 : 1);
}

/** The states in which the table's rows were read, each with the snapshots that have it. */
function spansOf(
  life: readonly (readonly [from: number, table: StoredTable])[],
  newest: number,
): readonly Span[] {
  return life.flatMap(([from, table], at) => {
    const until = life[at + 1]?.[0] ?? newest + 1;
    return table.state === "copied" && table.position !== null ? [{ table, from, until }] : [];
  });
}

function rowsIn(
  engine: Engine,
  number: number,
  columns: readonly StoredColumn[],
  { table, from, until }: Span,
  expression: string,
): readonly bigint[] {
  const [plan] = archiveLayout({ source: "archive", tables: [table.table] }).plan.tables;
  if (plan === undefined) return [];
  const stored = table.stored.flatMap((wanted) => columns.find((column) => column.number === wanted) ?? []);
  const cells = plan.columns.map(({ sqlName }, at) => ({ name: quoteName(sqlName), column: stored[at] }));
  const name = `temp.${quoteName(plan.sqlName)}`;
  const rowId = quoteName(plan.rowIdSqlName);
  const key = quoteName(`_anvil_row of ${plan.sqlName}`);
  const list = cells.map((cell) => `, ${cell.name} ${cell.column?.type ?? "ANY"}`).join("");
  engine.exec(`CREATE TEMP TABLE ${quoteName(plan.sqlName)} (${key} INTEGER, ${rowId} TEXT${list}) STRICT`);
  try {
    {
      using writer = new BatchWriter(engine, name, [
        { name: key, kind: "plain" },
        { name: rowId, kind: "plain" },
        ...cells.map((cell) => ({ name: cell.name, kind: storedKind(cell.column?.type ?? "ANY") })),
      ]);
      for (const { row, versions } of rowLives(engine, number, stored, { after: from })) {
        for (const version of versions) {
          if (version.from < until) writer.add([row, `[${table.tableId},${row}]`], version.cells);
        }
      }
      writer.flush();
    }
    // The newline ends a comment at the end of the expression; CASE makes a second statement in it an error.
    const where = `CASE WHEN (${expression}\n) THEN 1 ELSE 0 END`;
    return engine.query(`SELECT DISTINCT ${key} FROM ${name} WHERE ${where}`).flatMap(([row]) => integerOf(row) ?? []);
  } finally {
    engine.exec(`DROP TABLE ${name}`);
  }
}
