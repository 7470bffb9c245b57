/**
 * The command that makes a view: fewer columns, fewer rows, other rights.
 * It answers, and sends nothing itself.
 */
import { isArray, isObject, type Json, type JsonObject, stringOf } from "../../json/exact_json.ts";
import { VIEW_PERMISSIONS } from "../app/views.ts";
import { isPlainJson, TypedValue, type Value } from "../protocol/arguments.ts";
import { viewKey } from "../protocol/capabilities.ts";
import { tableError } from "../protocol/errors.ts";
import { wireJson, wireString } from "../protocol/wire_text.ts";
import { isExpression, queryOf } from "../query/query_json.ts";
import { type Call, type CallReply, listOf, recordOf } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";

/** `table.get_view` */
function getView(call: Call): CallReply | Promise<CallReply> {
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

/** Names and arguments. */
export const VIEW_COMMANDS: CommandTable = {
  [`${V2_PREFIX}table.get_view`]: { args: [5, 5], run: getView },
};
