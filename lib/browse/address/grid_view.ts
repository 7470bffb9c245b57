/**
 * How a table is looked at: its order, its filters, and where the page begins. It is read from an address and written
 * into one. Columns are named by their place, since names may repeat in other spellings. Pure; it knows no file.
 */
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { INT64 } from "../../value/cell.ts";
import type { Query } from "./place.ts";

/** What a filter can ask for. */
const FILTER_OPS = ["has", "is", "from", "until", "yes", "no", "to", "empty", "full"] as const;

/** One of {@link FILTER_OPS}. */
export type FilterOp = typeof FILTER_OPS[number];

/** A filter of one column. */
export interface Filter {
  readonly column: number;
  readonly op: FilterOp;
  /** Empty for filters that need no value. */
  readonly value: string;
}

/** Where a page begins: behind or before a row, by SQLite's row id; null for the first page. */
interface GridCursor {
  readonly side: "after" | "before";
  readonly rowid: string;
}

/** The order, filters and beginning of a table's page. */
export interface GridView {
  /** Null for the order of row ids. */
  readonly sort: { readonly column: number; readonly descending: boolean } | null;
  readonly filters: readonly Filter[];
  readonly cursor: GridCursor | null;
  /** The first column that is shown, when there are too many for a page. */
  readonly firstColumn: number;
  /** Whether secret columns are shown. */
  readonly secrets: boolean;
}

/** The filters for columns of each kind; the first is the default. */
export const OPS_OF: Readonly<Record<ColumnKind, readonly FilterOp[]>> = {
  string: ["has", "is", "empty", "full"],
  number: ["is", "from", "until", "empty", "full"],
  bool: ["yes", "no", "empty"],
  date: ["is", "from", "until", "empty", "full"],
  datetime: ["is", "from", "until", "empty", "full"],
  simpleObject: ["has", "empty", "full"],
  unknown: ["has", "empty", "full"],
  media: ["full", "empty"],
  link_single: ["to", "empty", "full"],
  link_multiple: ["to", "empty", "full"],
};

/** Kinds that a table can be sorted by. */
const SORTED: ReadonlySet<ColumnKind> = new Set<ColumnKind>(["string", "number", "bool", "date", "datetime"]);

/** Whether a table can be sorted by a column of a kind. */
export function isSortable(kind: ColumnKind): boolean {
  return SORTED.has(kind);
}

/** Whether a filter needs a value. */
export function takesValue(op: FilterOp): boolean {
  return op === "has" || op === "is" || op === "from" || op === "until" || op === "to";
}

/** Most columns that can be filtered at once. */
const MAX_FILTERS = 20;
const LONGEST_VALUE = 500;

/** Reads a view from the query of an address. */
export function readGridView(query: URLSearchParams): GridView {
  const [, minus, sorted] = /^(-?)(\d{1,4})$/.exec(query.get("sort") ?? "") ?? [];
  return {
    sort: sorted === undefined ? null : { column: Number(sorted), descending: minus === "-" },
    filters: readFilters(query),
    cursor: cursorIn(query, "after") ?? cursorIn(query, "before"),
    firstColumn: Number(/^\d{1,4}$/.exec(query.get("from") ?? "")?.[0] ?? 0),
    secrets: query.get("secrets") === "show",
  };
}

function cursorIn(query: URLSearchParams, side: GridCursor["side"]): GridCursor | null {
  const rowid = query.get(side) ?? "";
  if (!/^-?\d{1,19}$/.test(rowid)) return null;
  const number = BigInt(rowid);
  return number >= INT64.min && number <= INT64.max ? { side, rowid } : null;
}

function readFilters(query: URLSearchParams): readonly Filter[] {
  const filters: Filter[] = [];
  for (const [name, word] of query) {
    const [, column] = /^o(\d{1,4})$/.exec(name) ?? [];
    const op = FILTER_OPS.find((one) => one === word);
    if (column === undefined || op === undefined || filters.length === MAX_FILTERS) continue;
    const value = (query.get(`f${column}`) ?? "").slice(0, LONGEST_VALUE);
    // A form sends all its fields, even empty ones.
    if (takesValue(op) && value.trim() === "") continue;
    filters.push({ column: Number(column), op, value: takesValue(op) ? value : "" });
  }
  return filters;
}

/** The query of a view, with some members changed. */
export function viewQuery(view: GridView, change: Partial<GridView> = {}): Query {
  const { sort, filters, cursor, firstColumn, secrets } = { ...view, ...change };
  return {
    sort: sort === null ? null : `${sort.descending ? "-" : ""}${sort.column}`,
    ...Object.fromEntries(filters.flatMap(({ column, op, value }) => [[`o${column}`, op], [`f${column}`, value]])),
    ...cursor === null ? {} : { [cursor.side]: cursor.rowid },
    from: firstColumn === 0 ? null : firstColumn,
    secrets: secrets ? "show" : null,
  };
}
