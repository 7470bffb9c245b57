/**
 * One page of a table: asks for it, and turns the reply into rows of cells. This code is hot: it makes one object for
 * each row, none for each cell. It never follows a link and never fetches a medium.
 */
import { isArray, isObject, type Json, numberSource } from "../../json/exact_json.ts";
import { isRowId, type RowId } from "../../value/row_id.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { Reply } from "../../uplink/reply.ts";
import { capabilityObject, type WireObject } from "../../uplink/wire_object.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { type Decoded, isCell } from "../cell_codec.ts";
import { TABLES_V2 } from "../listing.ts";
import { scanPage } from "./scan_page.ts";
import { type ColumnPlaces, columnPlaces, type Page, type PageRow, type TableReader } from "./table_reader.ts";
import { pageCapability } from "../table_scope.ts";

/** Where a page begins, where it must end, and how many rows it may have. */
interface PageRange {
  readonly after: RowId | null;
  readonly rows: number;
}

/**
 * Reads one page by ascending row id.
 * @param onReceived called when the reply has come, before it is decoded, which takes a while
 */
export async function readPage(
  connection: Connection,
  stack: string,
  reader: TableReader,
  range: PageRange,
  onReceived?: () => Promise<void>,
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
  await onReceived?.();
  return decodePage(reader, reply);
}

/**
 * Turns the reply to `search.next_page` into rows.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when it is not such a reply
 */
function decodePage(reader: TableReader, reply: Reply): Page {
  const scanned = reply.text === undefined ? null : scanPage(reader, reply.text);
  return scanned ?? decodeParsed(reader, reply);
}

/** The result of {@link decodePage}, however the reply is spelled. */
export function decodeParsed(reader: TableReader, { response, objects, bytes }: Reply): Page {
  return new ParsedPage(reader, response, objects).read(bytes);
}

/** Row data before decoding: compact rows are lists; rows that came in two ways are objects keyed by column index. */
type RawRow = { [place: string]: Json | PlacedEntry };
const DIGITS = /^\d+$/;
/** Key of the capability in a keyed row. */
const CAPABILITY = "c";

/** An entry of `objects`, put in the place that it is for. */
class PlacedEntry {
  readonly entry: WireObject;
  constructor(entry: WireObject) {
    this.entry = entry;
  }
}

/**
 * A page as the parser returns it. Each value that the server announced must be found in its place: otherwise it would
 * silently become None.
 */
class ParsedPage {
  readonly #reader: TableReader;
  readonly #of: string;
  readonly #ids: readonly string[];
  readonly #rows: { readonly [id: string]: RawRow };
  readonly #places: ColumnPlaces | null;
  readonly #more: boolean;

  constructor(reader: TableReader, response: Json, objects: readonly WireObject[]) {
    this.#reader = reader;
    this.#of = `a page of table '${reader.table.name}'`;
    if (!isArray(response)) throw protocolError(`${this.#of} that is not a list`);
    const [ids, next, data] = response;
    if (!isArray(ids)) throw protocolError(`${this.#of} without row ids`);
    if (next !== null || !isObject(data)) throw protocolError(`${this.#of} without its parts`);
    this.#ids = ids.map((value) => this.#rowId(value));
    const part = data[reader.table.viewKey];
    if (!isObject(part) && ids.length > 0) throw protocolError(`${this.#of} without its rows`);
    const rows = isObject(part) ? part["rows"] ?? {} : {};
    if (!isObject(rows)) throw protocolError(`${this.#of} with odd rows`);
    this.#rows = rows as { readonly [id: string]: RawRow };
    this.#places = isObject(part) ? columnPlaces(reader, part["spec"]) : null;
    this.#checkRows();
    this.#more = this.#place(objects);
  }

  /**
   * Decodes the page.
   * @throws {AnvilSqliteError} `protocol` (exit 10)
   */
  read(bytes: number): Page {
    const rows = this.#ids.map((id): PageRow => ({ id, cells: this.#cells(id) }));
    const plain = rows.every(({ cells }) => cells.every(isCell));
    return { rows, more: this.#more, bytes, plain, unread: this.#places?.unread ?? [] };
  }

  #rowId(value: Json): string {
    const id = numberSource(value);
    if (id === null || !isRowId(id)) throw protocolError(`${this.#of} with an odd row id`);
    return id;
  }

  /**
   * Checks that every row has the right number of cells, and that those with cells are rows of the page; other rows are
   * only linked to.
   */
  #checkRows(): void {
    const wanted = new Set(this.#ids);
    const { cells = 0, columns = 0 } = this.#places ?? {};
    for (const [id, row] of Object.entries(this.#rows)) {
      const of = `row ${id} in ${this.#of}`;
      if (Array.isArray(row)) {
        if (row.length !== cells + 1) throw protocolError(`${of} with ${row.length - 1} cells in place of ${cells}`);
        if (row[cells] !== null) throw protocolError(`${of} without its capability`);
        if (!wanted.has(id)) throw protocolError(`${of} that is not one of the page's rows`);
        continue;
      }
      if (!isObject(row as Json)) throw protocolError(`${of} that is not a row`);
      const keys = Object.keys(row).filter((key) => key !== CAPABILITY);
      const odd = keys.find((key) => !DIGITS.test(key) || Number(key) >= columns);
      if (odd !== undefined) throw protocolError(`${of} with a cell '${odd}' of no column`);
      if (keys.length > 0 && !wanted.has(id)) throw protocolError(`${of} that is not one of the page's rows`);
    }
  }

  /** Puts the values that JSON does not have in their places; true when one of them says that more rows follow. */
  #place(objects: readonly WireObject[]): boolean {
    let more = false;
    for (const entry of objects) {
      const { path } = entry;
      if (entry.type[0] === "Capability") {
        // Capabilities of rows, a third of a page, are not needed: each can be made by narrowing the table's.
        if (path.length === 6) continue;
        if (more || path.length !== 2 || path[0] !== "response" || path[1] !== 1) throw this.#leadsNowhere(entry);
        more = true;
        continue;
      }
      const [root, part, viewKey, rows, id, place] = path;
      const isCell = path.length === 6 && root === "response" && part === 2 &&
        viewKey === this.#reader.table.viewKey && rows === "rows" && typeof id === "string" && DIGITS.test(id);
      const row = isCell ? this.#rows[id] : undefined;
      const key = String(place);
      const isCapability = Array.isArray(row) ? Number(key) === row.length - 1 : key === CAPABILITY;
      if (row === undefined || isCapability || !Object.hasOwn(row, key) || row[key] !== null) {
        throw this.#leadsNowhere(entry);
      }
      row[key] = new PlacedEntry(entry);
    }
    return more;
  }

  #leadsNowhere({ type, path }: WireObject): Error {
    return protocolError(`${this.#of} with a ${type[0] ?? "value"} at ${JSON.stringify(path)}, where none belongs`);
  }

  #cells(id: string): readonly Decoded[] {
    const raw = this.#rows[id];
    const { decoders, entryDecoders } = this.#reader;
    return decoders.map((decode, i): Decoded => {
      const key = Array.isArray(raw) ? this.#places?.compact[i] : this.#places?.keyed[i];
      const cell = raw === undefined || key === undefined ? undefined : raw[key];
      if (cell === undefined) throw protocolError(`${this.#of} with too few cells in row ${id}`);
      if (!(cell instanceof PlacedEntry)) return decode(cell);
      return entryDecoders[i]?.(cell.entry) ?? null;
    });
  }
}
