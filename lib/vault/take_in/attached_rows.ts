/**
 * Compares a table of an attached archive with the living rows inside SQLite, which is twice as fast as to read both. SQLite
 * only says which rows are surely the same: TEXT and INTEGER are compared exactly there, numbers with their storage class,
 * and a zero that is a REAL is always looked at here, since SQLite takes 0.0 for -0.0. Runs inside the caller's transaction.
 */
import type { TablePlan } from "../../ddl/archive_plan.ts";
import { quoteName } from "../../ddl/quote.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { selectedCell } from "../../archive/rows/selected_cell.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import { resolve } from "../../deps.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { liveTable, type StoredColumn, storedName } from "../layout/row_tables.ts";
import { livingRow, selectLiving } from "./living_rows.ts";
import type { RowChangeWriter } from "./row_changes.ts";

/** A table of an archive that is attached to the vault. */
interface AttachedTable {
  readonly vault: Engine;
  readonly archive: Engine;
  readonly plan: TablePlan;
  readonly number: number;
  readonly stored: readonly number[];
  readonly columns: readonly StoredColumn[];
  readonly snapshot: number;
}

/** What digests rows. */
interface RowDigester {
  add(row: RowNumber, cells: readonly SqlValue[]): void;
}

const SCHEMA = "_anvil_incoming";
const BATCH = 500;
/** More columns would make an expression deeper than SQLite takes (`SQLITE_MAX_EXPR_DEPTH`). */
const MAX_COLUMNS = 300;

/** Attaches an archive to a vault while `body` runs; no transaction may be open. */
export function whileAttached<T>(vault: Engine, archive: Engine, body: () => T): T {
  // An absolute path, so that no name is taken for a URI.
  vault.run(`ATTACH ?1 AS ${SCHEMA}`, [resolve(archive.path)]);
  try {
    return body();
  } finally {
    vault.exec(`DETACH ${SCHEMA}`);
  }
}

/** Whether SQLite can compare a table: one without media, not too wide, whose rowids are the numbers in its row ids. */
export function isComparable({ archive, plan }: AttachedTable): boolean {
  if (plan.columns.length > MAX_COLUMNS || plan.columns.some(({ column }) => column.kind === "media")) return false;
  const id = `'[${plan.tableId},' || ${rowidAlias(plan)} || ']'`;
  return archive.query(
    `SELECT 1 FROM ${quoteName(plan.sqlName)} WHERE ${quoteName(plan.rowIdSqlName)} <> ${id} LIMIT 1`,
  )
    .length === 0;
}

/** Copies all rows into a table that has no living row. */
export function copyAttached(table: AttachedTable, writer: RowChangeWriter, digester: RowDigester): void {
  const { vault, archive, plan, number, stored, snapshot } = table;
  const rowid = rowidAlias(plan);
  writer.addedElsewhere(vault.run(
    `INSERT INTO ${liveTable(number)} (${["_anvil_row", "_anvil_from", ...stored.map(storedName)].join(", ")})
    SELECT ${[rowid, snapshot, ...plan.columns.map(({ sqlName }) => quoteName(sqlName))].join(", ")}
    FROM ${SCHEMA}.${quoteName(plan.sqlName)} ORDER BY ${rowid}`,
  ));
  for (const { row, cells } of readRows(archive, plan, plan.columns.map((_, at) => at))) digester.add(row, cells);
}

/** Compares all rows with the living ones. */
export function compareAttached(table: AttachedTable, writer: RowChangeWriter, digester: RowDigester): void {
  const { vault, plan, number, stored, columns } = table;
  const plain = (sql: string) => ({ sql, kind: "plain" }) as const;
  const rowid = `new.${rowidAlias(plan)}`;
  const same = plan.columns.map((column, at) =>
    isSame(`new.${quoteName(column.sqlName)}`, `old.${storedName(stored[at] ?? 0)}`, selectedCell(column).kind)
  );
  const incoming = vault.select(
    [
      ...plan.columns.map((column) => ({ ...selectedCell(column), sql: `new.${quoteName(column.sqlName)}` })),
      plain(
        `CASE WHEN old._anvil_row IS NULL THEN ${FRESH} WHEN ${
          same.join(" AND ") || "1"
        } THEN ${SAME} ELSE ${UNSURE} END`,
      ),
      plain(rowid),
    ],
    `FROM ${SCHEMA}.${quoteName(plan.sqlName)} AS new LEFT JOIN ${liveTable(number)} AS old ON old._anvil_row = ${rowid}
    WHERE ${rowid} > ?1 ORDER BY ${rowid} LIMIT ${BATCH}`,
  );
  const one = selectLiving(vault, number, columns, "WHERE _anvil_row = ?1");
  const known = vault.prepare(
    `SELECT count(*) FROM ${liveTable(number)} WHERE _anvil_row > ?1 AND _anvil_row <= ?2`,
  );
  const gone = selectLiving(
    vault,
    number,
    columns,
    `AS old WHERE _anvil_row > ?1 AND _anvil_row <= ?2 AND NOT EXISTS (
      SELECT 1 FROM ${SCHEMA}.${quoteName(plan.sqlName)} AS new WHERE ${rowid} = old._anvil_row)`,
  );
  try {
    for (let [after, isLast] = [LOWEST, false]; !isLast;) {
      const rows = incoming.rows([after]);
      isLast = rows.length < BATCH;
      const until = isLast ? HIGHEST : rows.at(-1)?.at(-1) ?? HIGHEST;
      // Before anything of this part is written, since what is written would be counted.
      const fresh = rows.filter((cells) => cells.at(-2) === FRESH).length;
      if (known.rows([after, until])[0]?.[0] !== BigInt(rows.length - fresh)) {
        for (const row of gone.rows([after, until])) writer.remove(livingRow(row));
      }
      for (const cells of rows) {
        after = cells.pop() as bigint;
        const verdict = cells.pop();
        const row = Number.isSafeInteger(Number(after)) ? Number(after) : after;
        digester.add(row, cells);
        if (verdict === SAME) continue;
        const [old] = verdict === FRESH ? [] : one.rows([after]);
        if (old === undefined) writer.add(row, cells);
        else writer.compare(livingRow(old), cells);
      }
    }
  } finally {
    for (const statement of [incoming, one, known, gone]) statement.finalize();
  }
}

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** What SQLite says of a row. */
const [FRESH, SAME, UNSURE] = [0n, 1n, 2n];

function isSame(a: string, b: string, kind: "plain" | "number"): string {
  if (kind === "plain") return `${a} IS ${b}`;
  return `(${a} IS ${b} AND typeof(${a}) = typeof(${b}) AND (typeof(${a}) <> 'real' OR ${a} <> 0.0))`;
}
