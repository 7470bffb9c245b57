/**
 * The commands that open and close transactions. `app/transactions.ts` does the work.
 */
import type { Json } from "../../json/exact_json.ts";
import { isPlainJson } from "../protocol/arguments.ts";
import { permissionDenied, tableError } from "../protocol/errors.ts";
import type { Call, CallReply } from "./call.ts";
import { type CommandTable, TABLES_PREFIX } from "./command.ts";

/** `anvil.private.tables.open_transaction` */
async function openTransaction(call: Call): Promise<CallReply> {
  refuseLesserKeys(call);
  const isolation: Json = isPlainJson(call.kwargs["isolation"] ?? null)
    ? call.kwargs["isolation"] as Json ?? null
    : null;
  if (isolation !== null && isolation !== "relaxed") throw tableError("Invalid isolation level");
  const { caller: { connection }, services: { transactions } } = call;
  await transactions.open(connection, call.stack, isolation === null ? "serializable" : "relaxed");
  return { response: "null" };
}

/** `anvil.private.tables.close_transaction` */
function closeTransaction(call: Call): CallReply {
  refuseLesserKeys(call);
  const { caller: { connection }, services: { transactions } } = call;
  transactions.close(connection, call.stack, call.arg(0) === true);
  return { response: "null" };
}

function refuseLesserKeys({ caller: { kind } }: Call): void {
  if (kind !== "uplink") throw permissionDenied("Only server code may use transactions.");
}

/** These commands by name, with the number of their arguments. */
export const TRANSACTION_COMMANDS: CommandTable = {
  [`${TABLES_PREFIX}open_transaction`]: { args: [0, 0], run: openTransaction },
  [`${TABLES_PREFIX}close_transaction`]: { args: [1, 1], run: closeTransaction },
};
