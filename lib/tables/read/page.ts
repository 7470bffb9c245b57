/**
 * One page of a table: asking for it, and turning the reply into rows of cells.
 * This is the hot path: an object per row, none per cell. It never follows a link and never fetches a medium.
 */
import { isArray, isObject, type Json, type JsonObject, numberSource } from "../../json/exact_json.ts";
import { isRowId, type RowId } from "../../value/row_id.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { Reply } from "../../uplink/reply.ts";
import { capabilityObject, type WireObject } from "../../uplink/wire_object.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { isCell } from "../cell_codec.ts";
import { TABLES_V2 } from "../listing.ts";
import { scanPage } from "./scan_page.ts";
import { columnPlaces, type Page, type PageRow, type TableReader } from "./table_reader.ts";
import { pageCapability } from "../table_scope.ts";

/** Where a page begins, where it must end, and how many rows it may have. */
interface PageRange {
  readonly after: RowId | null;
  readonly rows: number;
}

/** Reads one page by ascending row id. */
export async function readPage(
  connection: Connection,
  stack: string,
  reader: TableReader,
  range: PageRange,
): Promise<Page> {
  const { table, fetch } = reader;
  if (table.capability === null) throw new Error(`Table '${table.name}' is not readable`);
  const reply = await connection.call({
    command: `${TABLES_V2}search.next_page`,
    args: [null],
    objects: [capabilityObject(pageCapability(table.capability, { fetch, ...range }), ["args", 0])],
    stack,
    plain: true,
  });
  return decodePage(reader, reply);
}

/**
 * Turns the reply to `search.next_page` into rows.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when it is no such reply
 */
function decodePage(reader: TableReader, reply: Reply): Page {
  const scanned = reply.text === undefined ? null : scanPage(reader, reply.text);
  return scanned ?? decodeParsed(reader, reply);
}

/** What {@link decodePage} gives, whatever the spelling of the reply. */
export function decodeParsed(reader: TableReader, { response, objects, bytes }: Reply): Page {
  if (!isArray(response)) throw protocolError("a page that is no list");
  const [ids, , data] = response;
  if (!isArray(ids)) throw protocolError("a page without row ids");
  if (ids.length === 0) return { rows: [], more: false, bytes, plain: true };
  const more = objects.some((entry) => entry.path.length === 2 && entry.path[1] === 1);
  const rows = decodeRows(reader, ids, data, objects);
  return { rows, more, bytes, plain: rows.every(({ cells }) => cells.every(isCell)) };
}

/** Row data before decoding: compact rows are lists, rows met in two ways are objects keyed by column index. */
type RawRow = Json[] | { [index: string]: Json };
const NO_CELLS: RawRow = [];
const DIGITS = /^\d+$/;

function decodeRows(
  reader: TableReader,
  ids: readonly Json[],
  data: Json | undefined,
  objects: readonly WireObject[],
): readonly PageRow[] {
  const { viewKey, name } = reader.table;
  const part = isObject(data) ? data[viewKey] : null;
  if (!isObject(part)) throw protocolError(`a page of table '${name}' without its rows`);
  const rows = (part["rows"] ?? {}) as { readonly [id: string]: RawRow | undefined };
  placeObjects(rows, viewKey, objects);
  const { compact, keyed } = columnPlaces(reader, part["spec"]);
  const { decoders } = reader;
  return ids.map((value): PageRow => {
    const id = numberSource(value);
    if (id === null || !isRowId(id)) throw protocolError(`a page of table '${name}' with an odd row id`);
    const raw = rows[id] ?? NO_CELLS;
    const isCompact = Array.isArray(raw);
    const cells = decoders.map((decode, i) => {
      const cell = isCompact ? raw[compact[i] ?? -1] : raw[keyed[i] ?? ""];
      if (cell === undefined) throw protocolError(`a page of table '${name}' with too few cells in row ${id}`);
      return decode(cell);
    });
    return { id, cells };
  });
}

/** Puts the non-JSON values where they belong. Capabilities of rows, a third of a page, are skipped. */
function placeObjects(
  rows: { readonly [id: string]: RawRow | undefined },
  viewKey: string,
  objects: readonly WireObject[],
): void {
  for (const entry of objects) {
    if (entry.type[0] === "Capability") continue;
    const { path } = entry;
    if (path.length !== 6 || path[2] !== viewKey || path[3] !== "rows") continue;
    const id = String(path[4]);
    const row: unknown = DIGITS.test(id) ? rows[id] : undefined;
    if (typeof row !== "object" || row === null) continue;
    (row as { [place: string]: Json })[String(path[5])] = entry as JsonObject;
  }
}
