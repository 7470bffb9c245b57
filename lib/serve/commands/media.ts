/**
 * The commands that give media: of cells, and the exports of tables and searches as CSV, which are media too.
 * They answer, and send nothing themselves.
 */
import { isObject } from "../../json/exact_json.ts";
import { isPlainJson, lazyMediaOf, LazyMediaValue } from "../protocol/arguments.ts";
import { sameText } from "../protocol/capabilities.ts";
import { internalError, opaqueError } from "../protocol/errors.ts";
import { csvChunks, csvId, csvName, csvRequest } from "../query/csv.ts";
import { findMedia, lazyMediaText, mediaChunks, type MediaToSend } from "../query/media_out.ts";
import type { Call, CallReply } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";

/** Manager of CSV exports. */
const CSV_MANAGER = "query-csv-v2";

/** `table.to_csv` and `search.to_csv` */
function toCsv(call: Call): CallReply | Promise<CallReply> {
  const scope = call.scope(0, "search");
  const escapeForExcel = call.kwargs["escape_for_excel"] === true;
  return call.read((sight) => {
    const searchable = sight.table(scope);
    if (scope.search === null) sight.views.check(searchable, "read");
    const { table } = searchable.view;
    const own = scope.search?.search ?? null;
    const search = searchable.restrict === null || own === null
      ? own ?? searchable.restrict
      : `{"op":"AND","terms":[${searchable.restrict},${own}]}`;
    const id = csvId({ tableId: table.id, search, escapeForExcel });
    const entry = lazyMediaText(CSV_MANAGER, id, call.mediaKey(CSV_MANAGER, id), "text/csv", csvName(table.title));
    return { response: "null", objects: `${entry},"type":["LazyMedia"],"path":["response"]}` };
  });
}

/** `anvil.private.get_lazy_media_url` */
function getLazyMediaUrl(): CallReply {
  throw internalError("This server gives no media over HTTP; fetch it over the connection");
}

/** `anvil.private.fetch_lazy_media` */
async function fetchLazyMedia(call: Call): Promise<CallReply> {
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

function mediaOf(call: Call, manager: string, id: string): MediaToSend | Promise<MediaToSend> {
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

/** Names and arguments. */
export const MEDIA_COMMANDS: CommandTable = {
  "anvil.private.get_lazy_media_url": { args: [1, 2], run: getLazyMediaUrl },
  "anvil.private.fetch_lazy_media": { args: [1, 1], run: fetchLazyMedia },
  [`${V2_PREFIX}table.to_csv`]: { args: [1, 1], run: toCsv },
  [`${V2_PREFIX}search.to_csv`]: { args: [1, 1], run: toCsv },
};
