/**
 * The commands that are not about tables: echo, configuration, and the names of the app and the session. None of them
 * reads a row.
 */
import { textOf } from "../../sqlite/sql_value.ts";
import { isPlainJson } from "../protocol/arguments.ts";
import { CallError, permissionDenied } from "../protocol/errors.ts";
import { wireJson, wireStringOrNull } from "../protocol/wire_text.ts";
import type { Call, CallReply } from "./call.ts";
import type { CommandTable } from "./command.ts";

/** `anvil.private.echo` */
function echo(call: Call): CallReply {
  const value = call.arg(0);
  return { response: isPlainJson(value) ? wireJson(value) : "null" };
}

/** `anvil.private.fail`, an error on request. */
function fail(): CallReply {
  throw new CallError("anvil.server._FailError", "This native RPC function failed.", {
    doc: { docId: "anvil", docLinkTitle: "View some documentation" },
  });
}

const TABLES_SERVICE = "/runtime/services/tables.yml";

/** `anvil.private.get_client_config`: it makes the official client use the second tables API. */
function getClientConfig(call: Call): CallReply {
  return { response: call.arg(0) === TABLES_SERVICE ? `{"enable_v2":true}` : "null" };
}

/** `anvil.private.get_server_config` */
function getServerConfig(call: Call): CallReply {
  if (call.caller.kind !== "uplink") throw permissionDenied("Only server code may read this.");
  return { response: call.arg(0) === TABLES_SERVICE ? `{"auto_create_missing_columns":false}` : "null" };
}

/** `anvil.private.get_app_origin`: the address of the copied app's pages. */
function getAppOrigin(call: Call): CallReply {
  return { response: wireStringOrNull(textOf(call.services.store.provenance.get("app_origin"))) };
}

/** `anvil.private.get_session_id`: any text that is the same for all of a connection's calls. */
function getSessionId(call: Call): CallReply {
  const id = call.caller.mediaKeys.keyOf("session", "").toUpperCase();
  return { response: `"${id}"` };
}

/** These commands by name, with the number of their arguments. */
export const SERVICE_COMMANDS: CommandTable = {
  "anvil.private.echo": { args: [1, 1], run: echo },
  "anvil.private.fail": { args: [0, 0], run: fail },
  "anvil.private.get_client_config": { args: [1, 1], run: getClientConfig },
  "anvil.private.get_server_config": { args: [1, 1], run: getServerConfig },
  "anvil.private.get_app_origin": { args: [0, 1], run: getAppOrigin },
  "anvil.private.get_session_id": { args: [0, 0], run: getSessionId },
};
