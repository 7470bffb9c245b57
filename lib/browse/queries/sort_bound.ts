/**
 * A bound that makes sorting a large table cheap. In a sample, enough rows come before the bound that no row beyond it
 * can be on the page. So most rows are passed over without being sorted. It only reads.
 */
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Bindings } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import type { CursorRow, GridOrder } from "./grid_order.ts";
import type { NightFile } from "./night_file.ts";

/** Rows of the sample: at both ends of the table, on both sides of the page's beginning, and spread over the table. */
const AT_ENDS = 200;
const SPREAD = 300;
/** How far the date in a text may be from that in UTC, in days. */
const DAYS_APART = 2;
const DAY_MS = 86_400_000;
/** Julian day of 1970-01-01. */
const EPOCH_DAY = 2_440_587.5;

/** The page for which the bound is made. */
interface BoundedPage {
  readonly order: GridOrder;
  readonly column: ColumnLayout;
  readonly conditions: readonly string[];
  /** Where the page begins; null for the first page. */
  readonly cursor: CursorRow | null;
  /** Whether the page is read backwards: then rows without a value come first. */
  readonly reversed: boolean;
  readonly rows: number;
}

/** Conditions that every row of the page meets; empty if the sample is too small to know. */
export function sortBound(file: NightFile, plan: TableLayout, page: BoundedPage, bound: Bindings): readonly string[] {
  const { order, column, conditions, cursor, reversed, rows } = page;
  const [key] = order.keys;
  if (key === undefined) return [];
  const falls = order.descending !== reversed;
  const table = quoteName(plan.sqlName);
  const rowid = rowidAlias(plan);
  const where = [`${rowid} IN (${sampled(file, table, rowid, cursor)})`, `${key.sql} IS NOT NULL`, ...conditions];
  const statement = file.engine.select(
    [key],
    `FROM ${table} WHERE ${where.join(" AND ")} ORDER BY 1 ${falls ? "DESC" : "ASC"} LIMIT 1 OFFSET ${rows - 1}`,
  );
  const [found] = statement.rows(bound.values);
  statement.finalize();
  const value = found?.[0] ?? null;
  if (value === null) return [];
  const within = `${key.sql} ${falls ? ">=" : "<="} ${bound.add(value, key.kind)}`;
  const near = nearDate(column, value, falls, bound);
  const all = near === null ? within : `(${near} AND ${within})`;
  return [reversed ? `(${all} OR ${key.sql} IS NULL)` : all];
}

/** The bound on the other side: rows before a cursor's row, by their dates. It is worth the cost only for times. */
export function cursorBound(
  { order, column, reversed }: Pick<BoundedPage, "order" | "column" | "reversed">,
  cursor: CursorRow,
  bound: Bindings,
): readonly string[] {
  const near = nearDate(column, cursor.keys[0] ?? null, order.descending === reversed, bound);
  return near === null ? [] : [`(${near} OR ${quoteName(column.sqlName)} IS NULL)`];
}

/** Most times differ in the date of their text; comparing these costs far less than computing instants. */
function nearDate({ column, sqlName }: ColumnLayout, value: unknown, falls: boolean, bound: Bindings): string | null {
  if (column.kind !== "datetime" || typeof value !== "number") return null;
  const days = value - EPOCH_DAY + (falls ? -DAYS_APART : DAYS_APART);
  const date = new Date(days * DAY_MS);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9_999) return null;
  return `${quoteName(sqlName)} ${falls ? ">=" : "<="} ${bound.add(date.toISOString().slice(0, 10))}`;
}

/** SQL of the sample's row ids. Rows beside each other in the table are often beside each other in a column's order. */
function sampled(file: NightFile, table: string, rowid: string, cursor: CursorRow | null): string {
  const some = (way: "ASC" | "DESC", where = "") =>
    `SELECT * FROM (SELECT ${rowid} FROM ${table} ${where} ORDER BY ${rowid} ${way} LIMIT ${AT_ENDS})`;
  const beside = cursor === null
    ? []
    : [some("ASC", `WHERE ${rowid} > ${cursor.rowid}`), some("DESC", `WHERE ${rowid} < ${cursor.rowid}`)];
  const one = (which: string) => `(SELECT ${which}(${rowid}) FROM ${table})`;
  const [ends] = file.engine.query(`SELECT ${one("min")}, ${one("max")}`);
  const [first, last] = [integerOf(ends?.[0]) ?? 0n, integerOf(ends?.[1]) ?? 0n];
  const step = (last - first) / BigInt(SPREAD) + 1n;
  const spread = Array.from({ length: SPREAD }, (_, n) => `(${first + BigInt(n) * step})`);
  return [some("ASC"), some("DESC"), `VALUES ${spread.join(", ")}`, ...beside].join(" UNION ");
}
