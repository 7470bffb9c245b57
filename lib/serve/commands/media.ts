/**
 * The commands that return media: media of cells, and CSV exports of tables and searches, which are media too. They
 * find what is to be sent; the session sends it.
 */
import { isObject, stringOf } from "../../json/exact_json.ts";
import type { KeyKind } from "../../uplink/frames.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import type { Store } from "../app/store.ts";
import { isPlainJson, lazyMediaOf, LazyMediaValue, type Value } from "../protocol/arguments.ts";
import { internalError, opaqueError } from "../protocol/errors.ts";
import { wireString } from "../protocol/wire_text.ts";
import { csvChunks, csvId, csvName, csvRequest } from "../reply/csv.ts";
import { findMedia, lazyMediaText, mediaChunks, type MediaToSend } from "../reply/media_out.ts";
import { mediaPath } from "../protocol/media_url.ts";
import type { Call, Caller, CallReply } from "./call.ts";
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
    const { table, element, columns } = searchable.view;
    const cols = element["cols"] === undefined ? null : columns.map(({ name }) => name);
    const own = scope.search?.search ?? null;
    const search = searchable.restrict === null || own === null
      ? own ?? searchable.restrict
      : `{"op":"AND","terms":[${searchable.restrict},${own}]}`;
    const id = csvId({ tableId: table.id, search, cols, escapeForExcel });
    const entry = lazyMediaText(
      CSV_MANAGER,
      id,
      call.caller.mediaKeys.keyOf(CSV_MANAGER, id),
      "text/csv",
      csvName(table.title),
    );
    return { response: "null", objects: `${entry},"type":["LazyMedia"],"path":["response"]}` };
  });
}

/** `anvil.private.get_lazy_media_url`: the URL works as long as the connection is open. */
function getLazyMediaUrl({ args, caller, services }: Call): CallReply {
  const { manager, id, key, entry } = handleOf(args[0] ?? null, caller);
  const { mediaKeys } = caller;
  services.mediaSessions.publish(mediaKeys);
  const request = { manager, id, key, token: mediaKeys.token, download: args[1] !== false };
  return { response: wireString(`${services.origin}${mediaPath(request, stringOf(entry["name"]))}`) };
}

/** The medium that an argument names, as an object or as plain JSON; it must have a key that opens the medium. */
function handleOf(asked: Value, { mediaKeys }: Caller): LazyMediaValue {
  const handle = asked instanceof LazyMediaValue
    ? asked
    : isPlainJson(asked) && isObject(asked)
    ? lazyMediaOf(asked)
    : null;
  if (handle === null) throw internalError("Expected a LazyMedia object");
  if (!mediaKeys.opens(handle.manager, handle.id, handle.key)) throw opaqueError();
  return handle;
}

/** `anvil.private.fetch_lazy_media` */
async function fetchLazyMedia(call: Call): Promise<CallReply> {
  const { manager, id } = handleOf(call.arg(0), call.caller);
  const { transaction, services: { store, transactions }, caller: { kind } } = call;
  if (transaction === null) {
    const media = await transactions.withConnection(true, () => mediaIn(store.current, store, kind, manager, id));
    return { response: "null", media };
  }
  // Classic storage needs a serializable transaction here, and cannot have one inside a relaxed one.
  if (transaction.isolation === "relaxed" && manager === "table-media") throw opaqueError();
  const media = mediaIn(transaction.snapshot(), store, kind, manager, id);
  if (manager !== CSV_MANAGER) return { response: "null", media };
  // A known fault of the real server: the stream's end closes the transaction's connection.
  return { response: "null", media: { ...media, done: () => transactions.fail(transaction, "closeConnection") } };
}

/**
 * A medium by its manager and id. The caller has already shown a key that opens it.
 * @throws {CallError} InternalError when there is no such medium
 */
export function mediaIn(
  snapshot: ServedSnapshot,
  store: Store,
  kind: KeyKind,
  manager: string,
  id: string,
): MediaToSend {
  if (manager === CSV_MANAGER) {
    const request = csvRequest(id);
    const view = { id: request.tableId };
    const scope = { view, tableId: request.tableId, row: null, search: null, cursor: null };
    const searchable = store.views(snapshot.app, kind).ofScope(scope);
    const name = csvName(searchable.view.table.title);
    return { contentType: "text/csv", name, chunks: csvChunks(snapshot, searchable, request) };
  }
  const media = findMedia(snapshot, manager, id);
  return { contentType: media.contentType, name: media.name, chunks: mediaChunks(snapshot, media) };
}

/** These commands by name, with the number of their arguments. */
export const MEDIA_COMMANDS: CommandTable = {
  "anvil.private.get_lazy_media_url": { args: [1, 2], run: getLazyMediaUrl },
  "anvil.private.fetch_lazy_media": { args: [1, 1], run: fetchLazyMedia },
  [`${V2_PREFIX}table.to_csv`]: { args: [1, 1], run: toCsv },
  [`${V2_PREFIX}search.to_csv`]: { args: [1, 1], run: toCsv },
};
