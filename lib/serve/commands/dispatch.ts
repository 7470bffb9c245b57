/**
 * All commands, and who may call what.
 */
import type { KeyKind } from "../../uplink/frames.ts";
import { CallError, permissionDenied, tableError, wrongArity } from "../protocol/errors.ts";
import type { Call, CallReply } from "./call.ts";
import { TABLES_PREFIX, V2_PREFIX, type WireCommand } from "./command.ts";
import { LISTING_COMMANDS } from "./listing.ts";
import { MEDIA_COMMANDS } from "./media.ts";
import { ROW_COMMANDS } from "./rows.ts";
import { SEARCH_COMMANDS } from "./searching.ts";
import { SERVICE_COMMANDS } from "./service.ts";
import { TRANSACTION_COMMANDS } from "./transacting.ts";
import { VIEW_COMMANDS } from "./viewing.ts";
import { WRITE_COMMANDS } from "./writing.ts";

const COMMANDS: ReadonlyMap<string, WireCommand> = new Map(
  Object.entries({
    ...SERVICE_COMMANDS,
    ...TRANSACTION_COMMANDS,
    ...LISTING_COMMANDS,
    ...SEARCH_COMMANDS,
    ...ROW_COMMANDS,
    ...VIEW_COMMANDS,
    ...MEDIA_COMMANDS,
    ...WRITE_COMMANDS,
  }),
);

/** What a key for reading only may call besides the second tables API. */
const SCHEMA_CALL = "anvil.record_schema.get/anvil.tables";

/**
 * Runs a call.
 * @throws {CallError} the command's own; NoServerFunctionError for a command that does not exist
 */
export function dispatch(call: Call): CallReply | Promise<CallReply> {
  const { command, caller, args } = call;
  refuse(command, caller.kind);
  const known = COMMANDS.get(command);
  if (known === undefined) throw unknownCommand(command);
  const [least, most] = known.args;
  if (args.length < least || args.length > most) throw wrongArity(command, args.length);
  return known.run(call);
}

function refuse(command: string, kind: KeyKind): void {
  if (kind === "db-read-uplink" && !command.startsWith(V2_PREFIX) && command !== SCHEMA_CALL) {
    throw permissionDenied("This key may only read data tables.");
  }
  if (kind === "client" && command.includes(":")) {
    throw permissionDenied(`Cannot call '${command}' from client code.`);
  }
}

function unknownCommand(command: string): CallError {
  if (command.startsWith(TABLES_PREFIX) && !command.startsWith(V2_PREFIX)) {
    return tableError("Please enable Accelerated Tables in order to use new-style tables");
  }
  return new CallError(
    "anvil.server.NoServerFunctionError",
    `No server function matching "${command}" has been registered`,
  );
}
