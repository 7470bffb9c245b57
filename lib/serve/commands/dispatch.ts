/**
 * The table of commands: name, number of positional arguments, and what runs them; and who may call what.
 */
import type { KeyKind } from "../../uplink/frames.ts";
import type { Call, Reply } from "./call.ts";
import {
  fetchRow,
  getAppTables,
  getLength,
  getRow,
  getRowById,
  getTableById,
  getView,
  hasRow,
  listColumns,
  listTableNames,
  nextPage,
  notImplemented,
  searchTable,
  toCsv,
} from "./read.ts";
import {
  closeTransaction,
  echo,
  fail,
  fetchLazyMedia,
  getAppOrigin,
  getClientConfig,
  getLazyMediaUrl,
  getServerConfig,
  getSessionId,
  openTransaction,
} from "./service.ts";
import {
  addRow,
  addRows,
  batchDelete,
  batchUpdate,
  canAutoCreate,
  deleteOne,
  deleteSearch,
  deleteTableRows,
  updateOne,
} from "./write.ts";
import { CallError, permissionDenied, tableError, wrongArity } from "../protocol/errors.ts";

interface Command {
  /** Positional arguments, at least and at most. */
  readonly args: readonly [least: number, most: number];
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

const V2 = "anvil.private.tables.v2.";
const V1 = "anvil.private.tables.";

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["anvil.private.echo", { args: [1, 1], run: echo }],
  ["anvil.private.fail", { args: [0, 0], run: fail }],
  ["anvil.private.get_client_config", { args: [1, 1], run: getClientConfig }],
  ["anvil.private.get_server_config", { args: [1, 1], run: getServerConfig }],
  ["anvil.private.get_app_origin", { args: [0, 1], run: getAppOrigin }],
  ["anvil.private.get_session_id", { args: [0, 0], run: getSessionId }],
  ["anvil.private.get_lazy_media_url", { args: [1, 2], run: getLazyMediaUrl }],
  ["anvil.private.fetch_lazy_media", { args: [1, 1], run: fetchLazyMedia }],
  [`${V1}open_transaction`, { args: [0, 0], run: openTransaction }],
  [`${V1}close_transaction`, { args: [1, 1], run: closeTransaction }],
  [`${V1}get_app_tables`, { args: [0, 0], run: listTableNames }],
  [`${V2}get_app_tables`, { args: [0, 0], run: getAppTables }],
  [`${V2}get_table_by_id`, { args: [1, 1], run: getTableById }],
  [`${V2}table.list_columns`, { args: [1, 1], run: listColumns }],
  [`${V2}table.search`, { args: [3, 3], run: searchTable }],
  [`${V2}table.get_row`, { args: [3, 3], run: getRow }],
  [`${V2}table.get_row_by_id`, { args: [2, 2], run: getRowById }],
  [`${V2}table.has_row`, { args: [2, 2], run: hasRow }],
  [`${V2}table.get_view`, { args: [5, 5], run: getView }],
  [`${V2}table.to_csv`, { args: [1, 1], run: toCsv }],
  [`${V2}table.add_row`, { args: [2, 4], run: addRow }],
  [`${V2}table.add_rows`, { args: [2, 3], run: addRows }],
  [`${V2}table.delete_all_rows`, { args: [1, 1], run: deleteTableRows }],
  [`${V2}search.next_page`, { args: [1, 1], run: nextPage }],
  [`${V2}search.get_length`, { args: [1, 1], run: getLength }],
  [`${V2}search.to_csv`, { args: [1, 1], run: toCsv }],
  [`${V2}search.delete_all`, { args: [1, 1], run: deleteSearch }],
  [`${V2}search.slice`, { args: [0, Infinity], run: notImplemented }],
  [`${V2}search.index`, { args: [0, Infinity], run: notImplemented }],
  [`${V2}row.fetch`, { args: [2, 2], run: fetchRow }],
  [`${V2}row.update`, { args: [2, 3], run: updateOne }],
  [`${V2}row.batch_update`, { args: [1, 1], run: batchUpdate }],
  [`${V2}row.delete`, { args: [1, 2], run: deleteOne }],
  [`${V2}row.batch_delete`, { args: [1, 1], run: batchDelete }],
  [`${V2}row.batch_delete_2`, { args: [1, 1], run: batchDelete }],
  [`${V2}row.can_auto_create`, { args: [0, 1], run: canAutoCreate }],
]);

/** What a DB-read key may call beside the second tables API. */
const SCHEMA_CALL = "anvil.record_schema.get/anvil.tables";

/**
 * Runs a call.
 * @throws {CallError} what the command says; NoServerFunctionError for one that there is not
 */
export function dispatch(call: Call): Reply | Promise<Reply> {
  const { command, caller, args } = call;
  refuse(command, caller.kind);
  const known = COMMANDS.get(command);
  if (known === undefined) throw unknownCommand(command);
  const [least, most] = known.args;
  if (args.length < least || args.length > most) throw wrongArity(command, args.length);
  return known.run(call);
}

function refuse(command: string, kind: KeyKind): void {
  if (kind === "db-read-uplink" && !command.startsWith(V2) && command !== SCHEMA_CALL) {
    throw permissionDenied("This key may only read data tables.");
  }
  if (kind === "client" && command.includes(":")) {
    throw permissionDenied(`Cannot call '${command}' from client code.`);
  }
}

function unknownCommand(command: string): CallError {
  if (command.startsWith(V1) && !command.startsWith(V2)) {
    return tableError("Please enable Accelerated Tables in order to use new-style tables");
  }
  return new CallError(
    "anvil.server.NoServerFunctionError",
    `No server function matching "${command}" has been registered`,
  );
}
