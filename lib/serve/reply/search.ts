/**
 * Searches: reads the request, finds the rows, and makes a page of them or their number. It returns reply text and
 * knows no connection.
 */
import { isObject, type Json, numberSource, numeral, stringifyExact } from "../../json/exact_json.ts";
import type { RowId } from "../../value/row_id.ts";
import { isPlainJson, isRecord, TypedValue, type Value } from "../protocol/arguments.ts";
import type { SearchScope } from "../protocol/capabilities.ts";
import { opaqueError, tableError } from "../protocol/errors.ts";
import { fetchOnlySpec, FetchResolver, withColumns } from "./fetch_tree.ts";
import { type Cursor, readCursor, readOrder } from "../query/ordering.ts";
import { isExpression, queryOf } from "../query/query_json.ts";
import { Scan, whereSql } from "../query/scan.ts";
import { type RowContext, TableData, type TableDataText } from "./table_data.ts";
import { rowPart, type ServedSnapshot } from "../app/snapshot.ts";
import type { SearchableView, Views } from "../app/views.ts";

/** Rows on a page if the client does not say. */
const DEFAULT_PAGE_ROWS = 100;
/** A real server fails beyond this number, since it counts with 32 bits. */
const MAX_PAGE_ROWS = 2 ** 31 - 1;
/** Rows that one statement reads, so that a page of any size needs memory for its text only. */
const ROWS_PER_READ = 1_000;

/** A search for everything. */
export const ALL_ROWS: SearchScope = { search: null, fetch: null, order: null, chunk: null };

/**
 * The search of `search(*args, **kwargs)`.
 * @throws {CallError} for unknown options and conditions
 */
export function readSearch(
  { view }: SearchableView,
  args: readonly Value[],
  kwargs: { readonly [column: string]: Value },
): SearchScope {
  const expressions = args.filter(isExpression);
  let { fetch, chunk } = ALL_ROWS;
  const order: Json[] = [];
  for (const option of args) {
    if (isExpression(option)) continue;
    const [typeName, content] = optionOf(option);
    if (typeName === "anvil.tables.query.page_size") chunk = pageSize(content);
    else if (typeName === "anvil.tables.fetch_only") fetch = fetchOnlySpec(content);
    else if (typeName === "anvil.tables.order_by") order.push(content);
    else throw tableError("Invalid search option");
  }
  readOrder(view, order);
  const search = stringifyExact(queryOf(view, expressions, kwargs));
  return { search, fetch, order: order.length === 0 ? null : order, chunk };
}

function optionOf(option: Value): readonly [typeName: string, content: Json] {
  if (!(option instanceof TypedValue) || !isRecord(option.content) || !isPlainJson(option.content)) {
    throw tableError("Invalid search option");
  }
  return [option.typeName, option.content];
}

function pageSize(content: Json): Json {
  const rows = isObject(content) ? content["rows"] ?? null : null;
  const source = numberSource(rows);
  if (source === null || !(Number(source) > 0)) throw tableError("Page size must be a positive number.");
  return rows;
}

function rowsPerPage(chunk: Json): number {
  if (chunk === null) return DEFAULT_PAGE_ROWS;
  const rows = Number(numberSource(chunk) ?? NaN);
  if (!(rows > 0)) throw tableError("Page size must be a positive number.");
  if (rows > MAX_PAGE_ROWS) throw opaqueError();
  return Math.ceil(rows);
}

/** A page of a search. */
interface FoundPage {
  readonly ids: readonly RowId[];
  /** Cursor of the next page; null if this page is not full. */
  readonly next: string | null;
  readonly text: TableDataText;
}

/**
 * Reads a page.
 * @param path path of the table data in the reply, without brackets
 */
export function findPage(
  context: RowContext,
  views: Views,
  searchable: SearchableView,
  search: SearchScope,
  cursor: string | null,
  path: string,
): FoundPage {
  const { view } = searchable;
  const order = readOrder(view, search.order);
  const limit = rowsPerPage(search.chunk);
  const resolver = new FetchResolver(views.linkedFrom(view));
  const tree = withColumns(resolver.resolve(view, search.fetch), order.map(({ column }) => column.name));
  const data = new TableData(context, tree, path);
  const scan = new Scan(context.snapshot, searchable, search.search, order);
  const ids: RowId[] = [];
  let position = cursor === null ? null : readCursor(cursor, order);
  while (ids.length < limit) {
    const wanted = Math.min(limit - ids.length, ROWS_PER_READ);
    const { rows, last } = scan.read(data.columns, position, wanted);
    for (const id of data.addRows(rows)) ids.push(id);
    position = last ?? position;
    if (rows.length < wanted) break;
  }
  const next = ids.length < limit || position === null ? null : cursorText(position);
  return { ids, next, text: data.finish() };
}

function cursorText({ values, row }: Cursor): string {
  return stringifyExact([...values, numeral(row)]);
}

/** How many rows a search finds. */
export function countFound(snapshot: ServedSnapshot, searchable: SearchableView, search: string | null): number {
  const sql = snapshot.engine.bindings();
  const { table } = searchable.view;
  const where = whereSql(snapshot, searchable, search, sql);
  const [row] = snapshot.read(table, `SELECT count(*) FROM ${table.sql}${where}`, sql.values);
  return Number(row?.[0] ?? 0);
}

/** Ids of the rows that a search finds, at most `limit`. */
export function findRows(
  snapshot: ServedSnapshot,
  searchable: SearchableView,
  search: string | null,
  limit: number,
): readonly RowId[] {
  const sql = snapshot.engine.bindings();
  const { table } = searchable.view;
  const where = whereSql(snapshot, searchable, search, sql);
  const limitSql = limit === Infinity ? "" : ` LIMIT ${limit}`;
  const rows = snapshot.read(
    table,
    `SELECT ${table.rowIdSql} FROM ${table.sql}${where} ORDER BY ${table.rowid}${limitSql}`,
    sql.values,
  );
  return rows.map(([text]) => rowPart(String(text)));
}
