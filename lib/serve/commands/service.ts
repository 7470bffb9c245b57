/**
 * The commands beside tables: echo, configuration, transactions, and the bytes of media.
 * Each takes a call and gives reply text; names and argument counts stand in `dispatch.ts`.
 */
import { isObject, type Json } from "../../json/exact_json.ts";
import { textOf } from "../../sqlite/engine.ts";
import { isPlainJson, lazyMediaOf, LazyMediaValue } from "../protocol/arguments.ts";
import type { Call, Reply } from "./call.ts";
import { sameText } from "../protocol/capabilities.ts";
import { CSV_MANAGER } from "./read.ts";
import { csvChunks, csvName, csvRequest } from "../query/csv.ts";
import { CallError, internalError, opaqueError, permissionDenied, tableError } from "../protocol/errors.ts";
import { findMedia, mediaChunks, type OutgoingMedia } from "../query/media_out.ts";
import { wireJson, wireStringOrNull } from "../protocol/wire_text.ts";

/** `anvil.private.echo` */
export function echo(call: Call): Reply {
  const value = call.arg(0);
  return { response: isPlainJson(value) ? wireJson(value) : "null" };
}

/** `anvil.private.fail`, an error on request. */
export function fail(): Reply {
  throw new CallError("anvil.server._FailError", "This native RPC function failed.", {
    doc: { docId: "anvil", docLinkTitle: "View some documentation" },
  });
}

const TABLES_SERVICE = "/runtime/services/tables.yml";

/** `anvil.private.get_client_config`: it makes the official client use the second tables API. */
export function getClientConfig(call: Call): Reply {
  return { response: call.arg(0) === TABLES_SERVICE ? `{"enable_v2":true}` : "null" };
}

/** `anvil.private.get_server_config` */
export function getServerConfig(call: Call): Reply {
  if (call.caller.kind !== "uplink") throw permissionDenied("Only server code may read this.");
  return { response: call.arg(0) === TABLES_SERVICE ? `{"auto_create_missing_columns":false}` : "null" };
}

/** `anvil.private.get_app_origin`: where the app that was copied had its pages. */
export function getAppOrigin(call: Call): Reply {
  return { response: wireStringOrNull(textOf(call.services.store.provenance.get("app_origin"))) };
}

/** `anvil.private.get_session_id`: any text that is the same for all of a connection's calls. */
export function getSessionId(call: Call): Reply {
  const id = call.mediaKey("session", String(call.caller.connection)).toUpperCase();
  return { response: `"${id}"` };
}

/** `anvil.private.get_lazy_media_url` */
export function getLazyMediaUrl(): Reply {
  throw internalError("This server gives no media over HTTP; fetch it over the connection");
}

/** `anvil.private.tables.open_transaction` */
export async function openTransaction(call: Call): Promise<Reply> {
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
export function closeTransaction(call: Call): Reply {
  refuseLesserKeys(call);
  const { caller: { connection }, services: { transactions } } = call;
  transactions.close(connection, call.stack, call.arg(0) === true);
  return { response: "null" };
}

function refuseLesserKeys({ caller: { kind } }: Call): void {
  if (kind !== "uplink") throw permissionDenied("Only server code may use transactions.");
}

/** `anvil.private.fetch_lazy_media` */
export async function fetchLazyMedia(call: Call): Promise<Reply> {
  const asked = call.arg(0);
  const handle = asked instanceof LazyMediaValue
    ? asked
    : isPlainJson(asked) && isObject(asked)
    ? lazyMediaOf(asked)
    : null;
  if (handle === null) throw internalError("Expected a LazyMedia object");
  const { manager, id, key } = handle;
  if (!sameText(call.mediaKey(manager, id), key)) throw opaqueError();
  const { transaction } = call;
  if (transaction === null) {
    const { transactions } = call.services;
    return { response: "null", media: await transactions.withConnection(true, () => mediaOf(call, manager, id)) };
  }
  // Classic storage asks for a serializable transaction within, and gets none in a relaxed one.
  if (transaction.isolation === "relaxed" && manager === "table-media") throw opaqueError();
  const media = await mediaOf(call, manager, id);
  if (manager !== CSV_MANAGER) return { response: "null", media };
  // A known fault of the real server: the end of the stream closes the transaction's connection.
  const done = () => call.services.transactions.fail(transaction, "loseConnection");
  return { response: "null", media: { ...media, done } };
}

function mediaOf(call: Call, manager: string, id: string): OutgoingMedia | Promise<OutgoingMedia> {
  const { store } = call.services;
  const snapshot = call.transaction?.snapshot() ?? store.current;
  if (manager === CSV_MANAGER) {
    const request = csvRequest(id);
    const views = store.views(snapshot.app, call.caller.kind);
    const searchable = views.ofScope({
      view: { id: request.tableId },
      tableId: request.tableId,
      row: null,
      search: null,
      cursor: null,
    });
    const name = csvName(searchable.view.table.title);
    return { contentType: "text/csv", name, chunks: csvChunks(snapshot, searchable, request) };
  }
  const media = findMedia(snapshot, manager, id);
  return { contentType: media.contentType, name: media.name, chunks: mediaChunks(snapshot, media) };
}
