/**
 * The table commands that read: listings, searches, pages, single rows, counts, views and exports.
 * Each takes a call and gives reply text; names and argument counts stand in `dispatch.ts`.
 */
import { isArray, isObject, type Json, type JsonObject, numberSource, stringOf } from "../../json/exact_json.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { isList, isPlainJson, TypedValue, type Value } from "../protocol/arguments.ts";
import { type Call, recordOf, type Reply, type Sight } from "./call.ts";
import { type SearchScope, viewKey } from "../protocol/capabilities.ts";
import { csvId, csvName } from "../query/csv.ts";
import { internalError, rowDeleted, tableError } from "../protocol/errors.ts";
import { FetchResolver, isFetchSpec } from "../query/fetch_tree.ts";
import { lazyMediaText } from "../query/media_out.ts";
import { isExpression, queryOf } from "../query/query_json.ts";
import { ALL_ROWS, countRows, findRows, readPage, readSearch } from "../query/search.ts";
import { TableData, type TableDataText } from "../query/table_data.ts";
import { type SearchableView, VIEW_PERMISSIONS } from "../app/views.ts";
import { wireJson, wireString } from "../protocol/wire_text.ts";

/** Manager of CSV exports. */
export const CSV_MANAGER = "query-csv-v2";

/** `get_app_tables` */
export function getAppTables(call: Call): Reply | Promise<Reply> {
  return call.read(({ snapshot, views }) => {
    const objects: string[] = [];
    const entries = snapshot.app.tables.map((table) => {
      const element = { id: table.id };
      if (views.allows(table, "read")) {
        objects.push(call.services.sealer.entry(["_", "t", element], `["response",${wireString(table.name)},0]`));
      }
      return `${wireString(table.name)}:[null,${wireString(viewKey(element))},${table.id}]`;
    });
    return { response: `{${entries.join(",")}}`, objects: objects.join(",") };
  });
}

/**
 * The first tables API's `get_app_tables`: names alone. Told to use the second API, the official client 0.7.0 still
 * iterates `app_tables` through this one when that is the first thing it does, and takes only the names.
 */
export function listTableNames(call: Call): Reply | Promise<Reply> {
  return call.read(({ snapshot }) => {
    const entries = snapshot.app.tables.map(({ name }) => `${wireString(name)}:null`);
    return { response: `{${entries.join(",")}}` };
  });
}

/** `get_table_by_id` */
export function getTableById(call: Call): Reply | Promise<Reply> {
  const asked = call.arg(0);
  const text = isPlainJson(asked) ? numberSource(asked) ?? stringOf(asked) : null;
  const id = Number(parseRowId(text ?? "")?.table ?? text ?? NaN);
  return call.read(({ snapshot, views }) => {
    const table = snapshot.app.table(id);
    if (table === null) return { response: "null" };
    const element = { id };
    const objects = views.allows(table, "read")
      ? call.services.sealer.entry(["_", "t", element], `["response",0]`)
      : "";
    return { response: `[null,${wireString(viewKey(element))},${id}]`, objects };
  });
}

/** `table.list_columns` */
export function listColumns(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const { view } = searchable;
    const columns = view.table.columns.filter((column) => view.columns.includes(column)).map((column) => {
      const target = column.targetId === null ? "" : `"table_id":${column.targetId},`;
      return `{"id":${wireString(column.id)},"type":${wireString(column.type)},${target}"client_hidden":${
        column.clientHidden || null
      },"name":${wireString(column.name)}}`;
    });
    return { response: `[${columns.join(",")}]` };
  });
}

/** `table.search` */
export function searchTable(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const search = readSearch(searchable, listOf(call.arg(1)), recordOf(call.arg(2)));
    const page = readPage(sight.rows, sight.views, searchable, search, null, `"response",3`);
    const seal = (cursor: string | null, place: number) => sealSearch(call, searchable, search, cursor, place);
    const caps = [seal(null, 1), ...(page.next === null ? [] : [seal(page.next, 2)])];
    return pageReply(`[[${page.ids.join(",")}],null,null,${page.text.data}]`, caps, page.text);
  });
}

/** `search.next_page` */
export function nextPage(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "search");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    // A search's capability is enough; a bare table's is not more than the table allows.
    if (scope.search === null) sight.views.check(searchable, "read");
    const search = scope.search ?? ALL_ROWS;
    if (!isFetchSpec(search.fetch)) throw internalError("Invalid fetch in a capability");
    const page = readPage(sight.rows, sight.views, searchable, search, scope.cursor, `"response",2`);
    const caps = page.next === null ? [] : [sealSearch(call, searchable, search, page.next, 1)];
    return pageReply(`[[${page.ids.join(",")}],null,${page.text.data}]`, caps, page.text);
  });
}

function sealSearch(
  call: Call,
  { view }: SearchableView,
  { search, fetch, order, chunk }: SearchScope,
  cursor: string | null,
  place: number,
): string {
  const scope: Json[] = ["_", "t", view.element, { search, fetch, order, chunk }, cursor];
  return call.services.sealer.entry(scope, `["response",${place}]`);
}

function pageReply(response: string, capabilities: readonly string[], { objects, length }: TableDataText): Reply {
  const all = objects === "" ? capabilities : [...capabilities, objects];
  return { response, objects: all.join(","), length };
}

/** `search.get_length` */
export function getLength(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "search");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    if (scope.search === null) sight.views.check(searchable, "read");
    return { response: String(countRows(sight.snapshot, searchable, scope.search?.search ?? null)) };
  });
}

/** `table.get_row` */
export function getRow(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const search = readSearch(searchable, listOf(call.arg(1)), recordOf(call.arg(2)));
    const [row, another] = findRows(sight.snapshot, searchable, search.search, 2);
    if (another !== undefined) throw tableError("More than one row matched this query");
    return row === undefined ? { response: "null" } : rowReply(sight, searchable, row, search.fetch);
  });
}

/** `table.get_row_by_id` */
export function getRowById(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  const fetch = fetchArgument(call.kwargs["fetch"] ?? null);
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const row = existingRow(sight, searchable, call.arg(1));
    return row === null ? { response: "null" } : rowReply(sight, searchable, row, fetch);
  });
}

/** `table.has_row` */
export function hasRow(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    return { response: String(existingRow(sight, searchable, call.arg(1)) !== null) };
  });
}

/** `row.fetch` */
export function fetchRow(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "row");
  const fetch = fetchArgument(call.arg(1));
  return call.read((sight) => {
    const searchable = sight.table(scope);
    const data = rowData(sight, searchable, scope.row ?? "0", fetch, `"response"`);
    if (data === null) throw rowDeleted();
    return { response: data.data, objects: data.objects, length: data.length };
  });
}

function rowReply(sight: Sight, searchable: SearchableView, row: RowId, fetch: Json): Reply {
  const data = rowData(sight, searchable, row, fetch, `"response",1`);
  if (data === null) return { response: "null" };
  return { response: `[${row},${data.data}]`, objects: data.objects, length: data.length };
}

function rowData(
  { rows, views, snapshot }: Sight,
  { view }: SearchableView,
  row: RowId,
  fetch: Json,
  path: string,
): TableDataText | null {
  const resolver = new FetchResolver((tableId) => views.ofTable(tableId));
  const data = new TableData(rows, resolver.resolve(view, fetch), path);
  const { table } = view;
  if (!table.held) return null;
  const found = snapshot.read(
    table,
    `SELECT ${data.columns} FROM ${table.sql} WHERE ${table.rowid} = ?1`,
    [BigInt(row)],
  );
  if (found.length === 0) return null;
  data.addRows(found);
  return data.finish();
}

function fetchArgument(value: Value): Json {
  const content = value instanceof TypedValue ? value.content : value;
  const spec = isPlainJson(content) ? content : null;
  // A `fetch_only` object arrives with its content wrapped.
  const inner = value instanceof TypedValue && isObject(spec) ? spec["spec"] ?? null : spec;
  if (!isFetchSpec(inner)) throw tableError("Invalid fetch specification");
  return inner;
}

/** The row that an id names in a view, when it is there. An id is a number, its digits, or `[table,row]`. */
function existingRow({ snapshot }: Sight, searchable: SearchableView, asked: Value): RowId | null {
  const { table } = searchable.view;
  const row = rowNamed(table.id, asked);
  if (row === null) return null;
  const [found] = snapshot.read(table, `SELECT 1 FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
  if (found === undefined) return null;
  if (searchable.restrict === null) return row;
  return findRows(snapshot, searchable, null, Infinity).includes(row) ? row : null;
}

function rowNamed(tableId: number, asked: Value): RowId | null {
  const text = isPlainJson(asked) ? numberSource(asked) ?? stringOf(asked) : null;
  if (text === null) return null;
  const parsed = parseRowId(text);
  if (parsed !== null) return parsed.table === tableId && parsed.row.length <= 18 ? parsed.row : null;
  return /^\d{1,18}$/.test(text) ? text : null;
}

/** `table.get_view` */
export function getView(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "table");
  const permission = VIEW_PERMISSIONS.find((known) => known === call.arg(1));
  if (permission === undefined) throw tableError("Invalid view permission");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, permission === "r" ? "read" : "write");
    const { view, restrict } = searchable;
    const args = listOf(call.arg(3));
    const query = queryOf(view, args.filter(isExpression), recordOf(call.arg(4)));
    const cols = onlyCols(args) ?? view.element["cols"] ?? null;
    const text = wholeQuery(restrict, query);
    const element: JsonObject = {
      id: view.table.id,
      perm: permission,
      ...(cols === null ? {} : { cols }),
      ...(text === null ? {} : { restrict: text }),
    };
    return {
      response: `[null,${wireString(viewKey(element))}]`,
      objects: call.services.sealer.entry(["_", "t", element], `["response",0]`),
    };
  });
}

function onlyCols(args: readonly Value[]): Json {
  const option = args.find((arg) => arg instanceof TypedValue && arg.typeName === "anvil.tables.query.only_cols");
  if (!(option instanceof TypedValue)) return null;
  const { content } = option;
  const cols = isPlainJson(content) && isObject(content) ? content["cols"] ?? null : null;
  return isArray(cols) ? cols.map((name) => stringOf(name)) : null;
}

function wholeQuery(restrict: string | null, query: Json): string | null {
  const own = isObject(query) && isArray(query["terms"]) && query["terms"].length === 0 ? null : query;
  if (restrict === null) return own === null ? null : wireJsonText(own);
  return own === null ? restrict : `{"op":"AND","terms":[${restrict},${wireJsonText(own)}]}`;
}

/** JSON text that stands as a string within JSON, and so must not have the wire's escapes. */
function wireJsonText(value: Json): string {
  return wireJson(value).replaceAll("\\/", "/");
}

/** `table.to_csv` and `search.to_csv` */
export function toCsv(call: Call): Reply | Promise<Reply> {
  const scope = call.scope(0, "search");
  const escapeForExcel = call.kwargs["escape_for_excel"] === true;
  return call.read((sight) => {
    const searchable = sight.table(scope);
    if (scope.search === null) sight.views.check(searchable, "read");
    const { table } = searchable.view;
    const own = scope.search?.search ?? null;
    const search = searchable.restrict === null || own === null
      ? own ?? searchable.restrict
      : `{"op":"AND","terms":[${searchable.restrict},${own}]}`;
    const id = csvId({ tableId: table.id, search, escapeForExcel });
    const entry = lazyMediaText(CSV_MANAGER, id, call.mediaKey(CSV_MANAGER, id), "text/csv", csvName(table.title));
    return { response: "null", objects: `${entry},"type":["LazyMedia"],"path":["response"]}` };
  });
}

/** `search.slice` and `search.index` */
export function notImplemented(call: Call): Reply {
  throw tableError(`${call.command.split(".").slice(-2).join(".")} is not implemented`);
}

/** A value that must be a list. */
function listOf(value: Value): readonly Value[] {
  return isList(value) ? value : [];
}
