/**
 * The commands that search: one page, the next page, the number of rows, or a single row. They write nothing.
 */
import type { Json } from "../../json/exact_json.ts";
import type { SearchableView } from "../app/views.ts";
import type { SearchScope } from "../protocol/capabilities.ts";
import { internalError, tableError } from "../protocol/errors.ts";
import { isFetchSpec } from "../reply/fetch_tree.ts";
import { ALL_ROWS, countFound, findPage, findRows, readSearch } from "../reply/search.ts";
import type { TableDataText } from "../reply/table_data.ts";
import { type Call, type CallReply, listOf, recordOf } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";
import { rowReply } from "./rows.ts";

/** `table.search` */
function searchTable(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const search = readSearch(searchable, listOf(call.arg(1)), recordOf(call.arg(2)));
    const page = findPage(sight.rows, sight.views, searchable, search, null, `"response",3`);
    const seal = (cursor: string | null, place: number) => sealSearch(call, searchable, search, cursor, place);
    const caps = [seal(null, 1), ...(page.next === null ? [] : [seal(page.next, 2)])];
    return pageReply(`[[${page.ids.join(",")}],null,null,${page.text.data}]`, caps, page.text);
  });
}

/** `search.next_page` */
function nextPage(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "search");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    // A search's capability is enough; that of a bare table needs the access of the table.
    if (scope.search === null) sight.views.check(searchable, "read");
    const search = scope.search ?? ALL_ROWS;
    if (!isFetchSpec(search.fetch)) throw internalError("Invalid fetch in a capability");
    const page = findPage(sight.rows, sight.views, searchable, search, scope.cursor, `"response",2`);
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

function pageReply(response: string, capabilities: readonly string[], { objects, length }: TableDataText): CallReply {
  const all = objects === "" ? capabilities : [...capabilities, objects];
  return { response, objects: all.join(","), length };
}

/** `search.get_length` */
function getLength(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "search");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    if (scope.search === null) sight.views.check(searchable, "read");
    return { response: String(countFound(sight.snapshot, searchable, scope.search?.search ?? null)) };
  });
}

/** `table.get_row` */
function getRow(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "table");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "read");
    const search = readSearch(searchable, listOf(call.arg(1)), recordOf(call.arg(2)));
    if (search.order !== null || search.chunk !== null) throw tableError("One row is neither ordered nor paged");
    const [row, another] = findRows(sight.snapshot, searchable, search.search, 2);
    if (another !== undefined) throw tableError("More than one row matched this query");
    return row === undefined ? { response: "null" } : rowReply(sight, searchable, row, search.fetch);
  });
}

/** `search.slice` and `search.index` */
function notImplemented(call: Call): CallReply {
  throw tableError(`${call.command.split(".").slice(-2).join(".")} is not implemented`);
}

/** These commands by name, with the number of their arguments. */
export const SEARCH_COMMANDS: CommandTable = {
  [`${V2_PREFIX}table.search`]: { args: [3, 3], run: searchTable },
  [`${V2_PREFIX}table.get_row`]: { args: [3, 3], run: getRow },
  [`${V2_PREFIX}search.next_page`]: { args: [1, 1], run: nextPage },
  [`${V2_PREFIX}search.get_length`]: { args: [1, 1], run: getLength },
  [`${V2_PREFIX}search.slice`]: { args: [0, Infinity], run: notImplemented },
  [`${V2_PREFIX}search.index`]: { args: [0, Infinity], run: notImplemented },
};
