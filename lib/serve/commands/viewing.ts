/**
 * The command that makes a view: fewer columns, fewer rows, other rights. It returns a sealed capability;
 * `app/views.ts` decides later what may be done with it.
 */
import { isArray, isObject, type Json, type JsonObject, stringOf } from "../../json/exact_json.ts";
import type { TableView } from "../app/served_app.ts";
import { VIEW_PERMISSIONS } from "../app/views.ts";
import { isPlainJson, TypedValue, type Value } from "../protocol/arguments.ts";
import { viewKey } from "../protocol/capabilities.ts";
import { tableError } from "../protocol/errors.ts";
import { wireJson, wireString } from "../protocol/wire_text.ts";
import { isEquality, queryOf } from "../query/query_json.ts";
import { compareTexts } from "../database/text_order.ts";
import { type Call, type CallReply, listOf, recordOf } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";

/** `table.get_view` */
function getView(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "table");
  const permission = VIEW_PERMISSIONS.find((known) => known === call.arg(1));
  if (permission === undefined) throw tableError("Invalid view permission");
  return call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.checkNewView(searchable, permission);
    const { view, restrict } = searchable;
    const args = listOf(call.arg(3));
    const conditions = recordOf(call.arg(4));
    const query = queryOf(view, args.filter((arg) => !isOnlyCols(arg)), conditions);
    const cols = onlyCols(view, args) ?? colsWithout(view, conditions);
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

function isOnlyCols(arg: Value): boolean {
  return arg instanceof TypedValue && arg.typeName === "anvil.tables.query.only_cols";
}

/** The columns that the last `only_cols` names; null if there is none. */
function onlyCols({ columns }: TableView, args: readonly Value[]): readonly string[] | null {
  const option = args.findLast(isOnlyCols);
  if (!(option instanceof TypedValue)) return null;
  const { content } = option;
  const cols = isPlainJson(content) && isObject(content) ? content["cols"] ?? null : null;
  if (!isArray(cols)) throw tableError("Invalid columns of a view");
  return cols.map((col) => {
    const name = stringOf(col);
    if (name === null || !columns.some((column) => column.name === name)) {
      throw tableError(`Column ${name} does not exist in this table, or is not available in this view`);
    }
    return name;
  }).toSorted(compareTexts);
}

/** A column whose value a view fixes cannot be seen through it. Null for all columns. */
function colsWithout(view: TableView, conditions: { readonly [column: string]: Value }): Json {
  const fixed = Object.entries(conditions).filter(([, value]) => isEquality(value)).map(([name]) => name);
  if (fixed.length === 0) return view.element["cols"] ?? null;
  return view.columns.map(({ name }) => name).filter((name) => !fixed.includes(name)).toSorted(compareTexts);
}

function wholeQuery(restrict: string | null, query: Json): string | null {
  const own = isObject(query) && isArray(query["terms"]) && query["terms"].length === 0 ? null : query;
  if (restrict === null) return own === null ? null : wireJsonText(own);
  return own === null ? restrict : `{"op":"AND","terms":[${restrict},${wireJsonText(own)}]}`;
}

/** JSON text inside a JSON string; so it must not have the wire's escapes. */
function wireJsonText(value: Json): string {
  return wireJson(value).replaceAll("\\/", "/");
}

/** These commands by name, with the number of their arguments. */
export const VIEW_COMMANDS: CommandTable = {
  [`${V2_PREFIX}table.get_view`]: { args: [5, 5], run: getView },
};
