/**
 * The commands that list tables and columns.
 * They read the schema and no row.
 */
import { numberSource, stringOf } from "../../json/exact_json.ts";
import { parseRowId } from "../../value/row_id.ts";
import { isPlainJson } from "../protocol/arguments.ts";
import { viewKey } from "../protocol/capabilities.ts";
import { wireString } from "../protocol/wire_text.ts";
import type { Call, CallReply } from "./call.ts";
import { type CommandTable, TABLES_PREFIX, V2_PREFIX } from "./command.ts";

/** `get_app_tables` */
function getAppTables(call: Call): CallReply | Promise<CallReply> {
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
 * The first tables API's `get_app_tables`: names alone. The official client 0.7.0 calls it if the first thing it does
 * is to iterate `app_tables`, even when told to use the second API; it takes only the names.
 */
function listTableNames(call: Call): CallReply | Promise<CallReply> {
  return call.read(({ snapshot }) => {
    const entries = snapshot.app.tables.map(({ name }) => `${wireString(name)}:null`);
    return { response: `{${entries.join(",")}}` };
  });
}

/** `get_table_by_id` */
function getTableById(call: Call): CallReply | Promise<CallReply> {
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
function listColumns(call: Call): CallReply | Promise<CallReply> {
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

/** These commands by name, with the number of their arguments. */
export const LISTING_COMMANDS: CommandTable = {
  [`${TABLES_PREFIX}get_app_tables`]: { args: [0, 0], run: listTableNames },
  [`${V2_PREFIX}get_app_tables`]: { args: [0, 0], run: getAppTables },
  [`${V2_PREFIX}get_table_by_id`]: { args: [1, 1], run: getTableById },
  [`${V2_PREFIX}table.list_columns`]: { args: [1, 1], run: listColumns },
};
