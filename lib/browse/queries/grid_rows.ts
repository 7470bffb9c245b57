/**
 * One page of a table: rows in the wanted order, behind or before a row, with the names of linked rows. It reads a
 * bounded number of rows, and of each cell no more than is shown.
 */
import { plainColumn, sqlKindOf } from "../../archive/rows/selected_cell.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { type GridView, isSortable } from "../address/grid_view.ts";
import { CellReader } from "./cell_reader.ts";
import type { CellView } from "../model/cell_view.ts";
import { beyondSql, type CursorRow, type GridOrder, gridOrder, gridOrderSql } from "./grid_order.ts";
import { gridWhere } from "./grid_where.ts";
import { cursorBound, sortBound } from "./sort_bound.ts";
import type { NightFile } from "./night_file.ts";

/** Most rows of a page; a page of many columns has fewer, so that no page is too large. */
const MOST_ROWS = 50;
const LEAST_ROWS = 10;
const CELLS = 600;
/** Most columns of a page. */
const COLUMNS = 30;
/** Most characters of a cell. */
const LONGEST = 80;
/** Number of rows above which a sort uses the bound of `sort_bound.ts`. */
const LARGE = 20_000;
/** Most links of a cell. */
const LINKS = 4;

/** A column of a page. */
export interface GridColumn {
  /** Place in the table. */
  readonly index: number;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly secret: boolean;
  readonly sortable: boolean;
}

/** A row of a page. */
export interface GridRow {
  readonly row: RowId;
  readonly cells: readonly CellView[];
}

/** A page of a table. */
export interface GridPage {
  readonly table: CatalogueTable;
  /** Columns that are shown, and the number of all. */
  readonly columns: readonly GridColumn[];
  readonly allColumns: readonly GridColumn[];
  readonly columnsOfPage: number;
  readonly rows: readonly GridRow[];
  /** SQLite's row ids at which the pages before and after this one begin; null when there is no such page. */
  readonly before: string | null;
  readonly after: string | null;
  /** Filters that cannot be used, in sentences. */
  readonly problems: readonly string[];
}

/** Reads the page of a table that a view asks for. */
export function readGridPage(file: NightFile, table: CatalogueTable, view: GridView): GridPage {
  const { plan } = table;
  const allColumns = plan.columns.map((column, index) => gridColumn(column, index));
  const columns = allColumns.slice(view.firstColumn, view.firstColumn + COLUMNS);
  const limit = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(CELLS / Math.max(1, columns.length))));
  const found = selectRows(file, table, view, columns, limit + 1);
  const isBackwards = view.cursor?.side === "before";
  const rows = found.rows.slice(0, limit);
  if (isBackwards) rows.reverse();
  const more = found.rows.length > limit;
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    table,
    columns,
    allColumns,
    columnsOfPage: COLUMNS,
    rows: readCells(file, plan, columns, view, rows),
    before: first !== undefined && (isBackwards ? more : view.cursor !== null) ? String(first[1]) : null,
    after: last !== undefined && (isBackwards || more) ? String(last[1]) : null,
    problems: found.problems,
  };
}

function gridColumn({ column }: ColumnLayout, index: number): GridColumn {
  const secret = isSecretColumn(column);
  return { index, name: column.name, kind: column.kind, secret, sortable: isSortable(column.kind) && !secret };
}

/** Rows as `[row id's text, SQLite's row id, cells…]`, in the direction in which they are read. */
function selectRows(
  file: NightFile,
  table: CatalogueTable,
  view: GridView,
  columns: readonly GridColumn[],
  limit: number,
): { readonly rows: SqlValue[][]; readonly problems: readonly string[] } {
  const { plan } = table;
  const { sort, cursor } = view;
  const sorted = sort === null ? undefined : plan.columns[sort.column];
  const order = gridOrder(sort, sorted !== undefined && gridColumn(sorted, 0).sortable ? sorted : undefined);
  const bound = file.engine.bindings();
  const { conditions, problems } = gridWhere(plan, view.filters, bound);
  const rowid = rowidAlias(plan);
  const name = quoteName(plan.sqlName);
  const isBackwards = cursor?.side === "before";
  const start = cursor === null ? null : cursorRow(file, plan, order, BigInt(cursor.rowid));
  const beyond = start === null ? [] : [beyondSql(order, start, isBackwards, rowid, bound)];
  const edge = sorted === undefined || start === null
    ? []
    : cursorBound({ order, column: sorted, reversed: isBackwards }, start, bound);
  const known = [...edge, ...conditions, ...beyond];
  const limits = sorted === undefined || (table.rowsCopied ?? 0) < LARGE ? [] : sortBound(
    file,
    plan,
    { order, column: sorted, conditions: known, cursor: start, reversed: isBackwards, rows: limit },
    bound,
  );
  const all = [...limits, ...known];
  // Ids first: so SQLite sorts small rows, and the cells of fifty are looked up afterwards.
  const ids = `SELECT ${rowid} FROM ${name}
    ${all.length === 0 ? "" : `WHERE ${all.join(" AND ")}`}
    ORDER BY ${gridOrderSql(order, rowid, isBackwards)} LIMIT ${limit}`;
  const found = file.engine.query(ids, bound.values).map(([id]) => id ?? null);
  if (found.length === 0) return { rows: [], problems };
  const cells = columns.flatMap(({ index }) => plan.columns[index] ?? []).map(shortCell);
  const statement = file.engine.select(
    [plainColumn(quoteName(plan.rowIdSqlName)), plainColumn(rowid), ...cells],
    `FROM ${name} WHERE ${rowid} IN (${found.map((_, at) => `?${at + 1}`).join(", ")})`,
  );
  try {
    const rows = new Map(statement.rows(found).map((row) => [row[1], row]));
    return { rows: found.flatMap((id) => rows.has(id) ? [rows.get(id) ?? []] : []), problems };
  } finally {
    statement.finalize();
  }
}

/** The row behind which a page begins; without values if it does not exist. */
function cursorRow(file: NightFile, plan: TableLayout, { keys }: GridOrder, rowid: bigint): CursorRow {
  if (keys.length === 0) return { keys: [], rowid };
  const statement = file.engine.select(keys, `FROM ${quoteName(plan.sqlName)} WHERE ${rowidAlias(plan)} = ?1`);
  try {
    return { keys: statement.rows([rowid])[0] ?? [], rowid };
  } finally {
    statement.finalize();
  }
}

/** A cell as a grid reads it: as much of a long text as is shown; of links only whether there are any. */
function shortCell({ column, sqlName }: ColumnLayout): SelectedColumn {
  const name = quoteName(sqlName);
  if (isSecretColumn(column)) return { sql: `substr(${name}, 1, ${LONGEST + 1})`, kind: "plain" };
  switch (column.kind) {
    case "string":
    case "simpleObject":
    case "unknown":
      return { sql: `substr(${name}, 1, ${LONGEST + 1})`, kind: "plain" };
    case "link_multiple":
      return { sql: `CASE WHEN ${name} IS NULL THEN NULL ELSE 1 END`, kind: "plain" };
    default:
      return { sql: name, kind: sqlKindOf(column.kind) };
  }
}

function readCells(
  file: NightFile,
  plan: TableLayout,
  columns: readonly GridColumn[],
  view: GridView,
  rows: readonly SqlValue[][],
): readonly GridRow[] {
  using reader = new CellReader(file, plan, { longest: LONGEST, links: LINKS, secrets: view.secrets });
  const making = rows.map(([text, , ...cells]) =>
    columns.map(({ index }, at) => reader.read(index, String(text), cells[at] ?? null))
  );
  return rows.map(([text], at) => ({
    row: parseRowId(String(text))?.row ?? "0",
    cells: making[at]?.map((make) => make()) ?? [],
  }));
}
