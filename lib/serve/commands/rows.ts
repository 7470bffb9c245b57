/**
 * The commands that read one row, by its capability or its id.
 * They write nothing.
 */
import { isObject, type Json, numberSource, stringOf } from "../../json/exact_json.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import type { SearchableView } from "../app/views.ts";
import { isPlainJson, TypedValue, type Value } from "../protocol/arguments.ts";
import { rowDeleted, tableError } from "../protocol/errors.ts";
import { FetchResolver, isFetchSpec } from "../reply/fetch_tree.ts";
import { findRows } from "../reply/search.ts";
import { TableData, type TableDataText } from "../reply/table_data.ts";
import type { Call, CallReply, Sight } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";

/** `table.get_row_by_id` */
function getRowById(call: Call): CallReply | Promise<CallReply> {
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
function hasRow(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    return { response: String(existingRow(sight, searchable, call.arg(1)) !== null) };
  });
}

/** `row.fetch` */
function fetchRow(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "row");
  const fetch = fetchArgument(call.arg(1));
  return call.read((sight) => {
    const searchable = sight.table(scope);
    const data = rowData(sight, searchable, scope.row ?? "0", fetch, `"response"`);
    if (data === null) throw rowDeleted();
    return { response: data.data, objects: data.objects, length: data.length };
  });
}

/** The reply that holds one row. */
export function rowReply(sight: Sight, searchable: SearchableView, row: RowId, fetch: Json): CallReply {
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
  const resolver = new FetchResolver(views.linkedFrom(view));
  const data = new TableData(rows, resolver.resolve(view, fetch), path);
  const { table } = view;
  if (!table.held) return null;
  const found = snapshot.select(table, data.columns, `FROM ${table.sql} WHERE ${table.rowid} = ?1`, [BigInt(row)]);
  if (found.length === 0) return null;
  data.addRows(found);
  return data.finish();
}

function fetchArgument(value: Value): Json {
  const content = value instanceof TypedValue ? value.content : value;
  const spec = isPlainJson(content) ? content : null;
  // The content of a `fetch_only` object arrives inside a wrapper.
  const inner = value instanceof TypedValue && isObject(spec) ? spec["spec"] ?? null : spec;
  if (!isFetchSpec(inner)) throw tableError("Invalid fetch specification");
  return inner;
}

/** The row with an id in a view, if it exists. An id is a number, its digits, or `[table,row]`. */
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

/** These commands by name, with the number of their arguments. */
export const ROW_COMMANDS: CommandTable = {
  [`${V2_PREFIX}table.get_row_by_id`]: { args: [2, 2], run: getRowById },
  [`${V2_PREFIX}table.has_row`]: { args: [2, 2], run: hasRow },
  [`${V2_PREFIX}row.fetch`]: { args: [2, 2], run: fetchRow },
};
