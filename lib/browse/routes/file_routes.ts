/**
 * Media and long texts: the gallery, one file, or all as a ZIP. What a browser may show is sent with a type from our
 * list; everything else is a download. No name or type from the backup gets into a header unchanged.
 */
import { type Context, type Hono } from "../../builtin/hono.ts";
import { makeZip } from "../../builtin/zip.ts";
import { MediaReader, type StoredMedium } from "../../archive/media/media_reader.ts";
import { mediaBytes } from "../../archive/media/media_lookup.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import { INT64 } from "../../value/cell.ts";
import { rowIdText } from "../../value/row_id.ts";
import { count } from "../../ui/text/count.ts";
import { safeType } from "../model/safe_types.ts";
import { filesPage } from "../pages/files_page.ts";
import { framedPage } from "../parts/page_frame.ts";
import {
  type GalleryCursor,
  galleryItems,
  type GallerySelection,
  MEDIA_GROUPS,
  type MediaGroup,
  readGallery,
  tablesWithMedia,
} from "../queries/gallery.ts";
import type { NightFile } from "../queries/night_file.ts";
import { attachment, inline, zipName } from "./file_names.ts";
import { BadAddress, NotThere, pageRequest } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";
import { passedOn, streamed } from "./streamed.ts";

/** Files in a ZIP, at most. */
const MAX_ZIPPED = 65_535;

/** Adds the routes of media and long texts. */
export function fileRoutes(app: Hono, shelf: Shelf): void {
  app.get("/files", async (context) => {
    const { query, file, frame } = await pageRequest(shelf, context);
    const selection = readSelection(query);
    const { items, next } = readGallery(file, selection, readCursor(query.get("after") ?? ""));
    const view = { selection, items, next: next === null ? null : cursorText(next), tables: tablesWithMedia(file) };
    return context.html(framedPage(frame, filesPage(frame, view)));
  });
  app.get("/files.zip", async (context) => {
    const { query, file } = await pageRequest(shelf, context);
    const entries = () => zipEntries(file, readSelection(query));
    // With more files, a ZIP of this kind is broken.
    if (entries().take(MAX_ZIPPED + 1).reduce((count) => count + 1, 0) > MAX_ZIPPED) {
      throw new BadAddress(`A ZIP holds at most ${count(MAX_ZIPPED)} files: choose a table or a type.`);
    }
    return passedOn(makeZip(entries()), {
      "content-type": "application/zip",
      "content-disposition": attachment("files.zip"),
    });
  });
  app.get("/media/:id{\\d{1,19}}", async (context) => {
    const { query, file } = await pageRequest(shelf, context);
    return medium(file, context, query.get("save") === "yes");
  });
  app.get("/text/:table{\\d{1,15}}/:row{\\d{1,19}}/:column{\\d{1,4}}", async (context) => {
    const { file } = await pageRequest(shelf, context);
    const text = wholeText(file, context.req.param("table"), context.req.param("row"), context.req.param("column"));
    return new Response(text, {
      headers: { "content-type": "text/plain; charset=utf-8", "content-disposition": attachment("text.txt") },
    });
  });
}

/** The whole text of a long cell. */
function wholeText(file: NightFile, table: string, row: string, index: string): string {
  const plan = file.table(Number(table))?.plan;
  const column = plan?.columns[Number(index)];
  if (plan === undefined || column === undefined || isSecretColumn(column.column)) throw new NotThere("No such cell.");
  const [found] = file.engine.query(
    `SELECT ${quoteName(column.sqlName)} FROM ${quoteName(plan.sqlName)} WHERE ${quoteName(plan.rowIdSqlName)} = ?1`,
    [rowIdText(plan.tableId, BigInt(row).toString())],
  );
  const [text] = found ?? [];
  if (typeof text !== "string") throw new NotThere("No such text.");
  return text;
}

function medium(file: NightFile, context: Context, save: boolean): Response {
  const id = BigInt(context.req.param("id") ?? "");
  using reader = new MediaReader(file.engine);
  const found = id > INT64.max ? null : reader.find(id);
  if (found === null) throw new NotThere("The bytes of this file are not in the backup.");
  const type = safeType(found.contentType);
  const name = found.name ?? `file ${id}`;
  return streamed(type?.sentAs ?? "application/octet-stream", intactBytes(file, found), {
    "content-length": String(found.length),
    "content-disposition": type === null || save ? attachment(name) : inline(name),
  });
}

/**
 * The bytes of a medium. It throws when they are not as many as they should be: the reader must not take a part for the
 * whole.
 */
function* intactBytes(
  file: NightFile,
  { sha256, length }: Pick<StoredMedium, "sha256" | "length">,
): Iterable<Uint8Array> {
  let sent = 0;
  for (const piece of mediaBytes(file.engine, sha256)) {
    sent += piece.length;
    if (sent > length) break;
    yield piece;
  }
  if (sent !== length) throw new Error("This file's bytes are not whole");
}

/** A file of a ZIP, as the library takes it. */
interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly input: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

function* zipEntries(file: NightFile, selection: GallerySelection): Generator<ZipEntry> {
  const taken = new Set<string>();
  for (const { medium, sha256, row, tableName } of galleryItems(file, selection)) {
    if (sha256 === null || medium.shape === null) continue;
    const name = zipName(tableName, row.row, medium.name ?? `file ${medium.id}`, taken);
    const whole = { sha256, length: medium.bytes ?? 0 };
    yield { name, size: whole.length, input: inTurn(intactBytes(file, whole)) };
  }
}

/** Makes the pieces asynchronous, as the library wants them. */
async function* inTurn(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const piece of pieces) yield await Promise.resolve(new Uint8Array(piece));
}

function readSelection(query: URLSearchParams): GallerySelection {
  const table = query.get("table") ?? "";
  const group = query.get("type") ?? "";
  return {
    table: /^\d{1,15}$/.test(table) ? Number(table) : null,
    group: (Object.keys(MEDIA_GROUPS) as MediaGroup[]).find((one) => one === group) ?? null,
  };
}

function cursorText({ table, column, rowid }: GalleryCursor): string {
  return `${table}.${column}.${rowid}`;
}

function readCursor(text: string): GalleryCursor | null {
  const [, table, column, rowid] = /^(\d{1,15})\.(\d{1,4})\.(-?\d{1,19})$/.exec(text) ?? [];
  if (table === undefined || column === undefined || rowid === undefined) return null;
  const number = BigInt(rowid);
  return number < INT64.min || number > INT64.max
    ? null
    : { table: Number(table), column: Number(column), rowid: number };
}
