/**
 * Reads a page straight from its text, as the server spells it, into rows of cells. This costs a third of parsing the
 * page and taking the result apart. A page in any other spelling is left to `page.ts`, which makes the same rows of it.
 */
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { isArray, isObject, parseExact } from "../../json/exact_json.ts";
import { isoFromWire } from "../../value/datetime.ts";
import { JsonScanner, literal, OtherSpelling } from "../../json/json_scanner.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ReplyText } from "../../uplink/reply.ts";
import { type CellDecoder, type Decoded, isCell } from "../cell_codec.ts";
import { numberCell } from "../../value/cell.ts";
import { PAGE_WORDS as WORDS } from "./page_words.ts";
import { type ColumnPlaces, columnPlaces, type Page, type PageRow, type TableReader } from "./table_reader.ts";

/** The page in a reply to `search.next_page`, or null if its spelling is not the expected one. */
export function scanPage(reader: TableReader, reply: ReplyText): Page | null {
  try {
    return new PageScan(reader, reply).read();
  } catch (error) {
    // A SyntaxError comes from a string with an escape that JSON does not have.
    if (error instanceof OtherSpelling || error instanceof SyntaxError) return null;
    throw error;
  }
}

const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;

const MAC_DIGITS = 64;
const ROW_ID = /^(?:0|[1-9]\d{0,14})$/;

class PageScan {
  readonly #reader: TableReader;
  readonly #reply: ReplyText;
  readonly #json: JsonScanner;
  /** Cells by row id, in the reader's order. */
  readonly #rows = new Map<number, Decoded[]>();
  /** Cells of the last row: entries of one row are next to each other. */
  #row: Decoded[] | undefined;
  #rowId = -1;
  /** Whether a file can hold all cells decoded so far unchanged. */
  #plain = true;
  /** Index into the reader's columns of each place in a compact row, or -1. */
  #columns: readonly number[] = [];
  #unread: readonly string[] = [];
  readonly #ownPath: Uint8Array;

  constructor(reader: TableReader, reply: ReplyText) {
    this.#reader = reader;
    this.#reply = reply;
    this.#json = new JsonScanner(reply.text);
    this.#ownPath = literal(`","path":["response",2,${JSON.stringify(reader.table.viewKey)},"rows","`);
  }

  read(): Page {
    const json = this.#json;
    const { text, response, responseEnd, objects } = this.#reply;
    json.at = response;
    json.expect(WORDS.ids);
    const ids: { readonly id: number; readonly text: string }[] = [];
    do {
      const start = json.at;
      ids.push({ id: json.digits(), text: text.slice(start, json.at) });
    } while (json.passComma(CLOSE_LIST));
    json.pass(COMMA);
    json.expect(WORDS.null);
    json.pass(COMMA);
    this.#parts();
    json.pass(CLOSE_LIST);
    if (json.at !== responseEnd) throw new OtherSpelling("a page");
    json.at = objects;
    const more = this.#objects();
    if (json.at !== text.length || this.#rows.size !== ids.length) throw new OtherSpelling("a page");
    const rows = ids.map(({ id, text }): PageRow => {
      const cells = this.#rows.get(id);
      if (cells === undefined) throw new OtherSpelling("a page");
      return { id: text, cells };
    });
    return { rows, more, bytes: text.length, plain: this.#plain, unread: this.#unread };
  }

  #parts(): void {
    const json = this.#json;
    const { viewKey } = this.#reader.table;
    let found = false;
    json.pass(OPEN_OBJECT);
    do {
      const isOwn = json.string() === viewKey;
      json.pass(COLON);
      if (!isOwn) {
        json.skip();
        continue;
      }
      if (found) throw new OtherSpelling("a page");
      found = true;
      this.#ownPart();
    } while (json.passComma(CLOSE_OBJECT));
    if (!found) throw new OtherSpelling("a page");
  }

  #ownPart(): void {
    const json = this.#json;
    const { text } = this.#reply;
    json.expect(WORDS.spec);
    const start = json.at;
    json.skip();
    const spec = parseExact(text.slice(start, json.at));
    const places = columnPlaces(this.#reader, spec);
    this.#columns = readerIndexes(places);
    this.#unread = places.unread;
    json.expect(WORDS.rows);
    do {
      json.pass(QUOTE);
      const id = json.digits();
      json.pass(QUOTE);
      json.pass(COLON);
      if (json.next === OPEN_LIST) {
        if (this.#rows.has(id)) throw new OtherSpelling("a page");
        this.#rows.set(id, this.#cells());
      } else {
        // A row that is only linked to. One that came in two ways is left to the parser.
        json.expect(WORDS.bareRow);
      }
    } while (json.passComma(CLOSE_OBJECT));
    json.pass(CLOSE_OBJECT);
  }

  #cells(): Decoded[] {
    const json = this.#json;
    const { columns, decoders } = this.#reader;
    const cells = new Array<Decoded>(columns.length);
    json.pass(OPEN_LIST);
    for (const index of this.#columns) {
      const column = columns[index];
      const decode = decoders[index];
      if (column === undefined || decode === undefined) json.skip();
      else if (json.passes(WORDS.null)) cells[index] = null;
      else cells[index] = this.#cell(column.kind, column.targetId, decode);
      json.pass(COMMA);
    }
    json.expect(WORDS.noCapability);
    return cells;
  }

  #cell(kind: ColumnKind, targetId: number | null, decode: CellDecoder): Decoded {
    const json = this.#json;
    const start = json.at;
    switch (kind) {
      case "string":
        if (json.next === QUOTE) return json.string();
        break;
      case "number": {
        const first = json.next;
        if (first === QUOTE || first > COLON) break;
        const value = json.smallInteger();
        return value === null ? numberCell(this.#reply.text.slice(start, json.at)) : BigInt(value);
      }
      case "bool":
        if (json.passes(WORDS.true)) return 1n;
        if (json.passes(WORDS.false)) return 0n;
        break;
      case "simpleObject":
      case "unknown":
        return json.canonical();
      case "link_single":
        if (targetId !== null && json.next >= 48 && json.next <= 57) {
          json.digits();
          return rowIdText(targetId, this.#reply.text.slice(start, json.at));
        }
        break;
      case "date":
      case "datetime":
      case "media":
      case "link_multiple":
        break;
    }
    json.skip();
    return this.#taken(decode(parseExact(this.#reply.text.slice(start, json.at))));
  }

  /** Passes over all entries of `objects`; returns whether one of them is the capability of a next page. */
  #objects(): boolean {
    const json = this.#json;
    let more = false;
    if (json.passes(WORDS.end)) return false;
    do {
      const start = json.at;
      if (this.#rowCapability() || this.#dateEntry()) continue;
      json.at = start;
      if (this.#otherEntry(more)) more = true;
    } while (json.passComma(CLOSE_LIST));
    json.pass(CLOSE_OBJECT);
    return more;
  }

  /** Passes over the capability of a row, a third of a page: it can be made by narrowing the table's. */
  #rowCapability(): boolean {
    const json = this.#json;
    if (!json.passes(WORDS.capability)) return false;
    json.digits();
    if (!json.passes(WORDS.capabilityRow)) return false;
    json.digits();
    json.expect(WORDS.mac);
    json.expectHex(MAC_DIGITS);
    if (!json.passes(this.#ownPath)) {
      json.expect(WORDS.path);
      json.string();
      json.expect(WORDS.pathRows);
    }
    json.digits();
    json.expect(WORDS.pathPlace);
    if (!json.passes(WORDS.bareCapability)) json.digits();
    json.expect(WORDS.end);
    return true;
  }

  #dateEntry(): boolean {
    const json = this.#json;
    const kind = json.passes(WORDS.date) ? "date" : json.passes(WORDS.dateTime) ? "datetime" : null;
    if (kind === null) return false;
    json.at--;
    const value = json.string();
    json.at--;
    if (!json.passes(this.#ownPath)) return false;
    const row = this.#rowWith(json.digits());
    json.expect(WORDS.pathPlace);
    const index = this.#columns[json.digits()] ?? -1;
    if (!json.passes(WORDS.end) || this.#reader.columns[index]?.kind !== kind) return false;
    const cell = kind === "date" ? value : isoFromWire(value);
    if (cell === null || row === undefined || row[index] !== null) return false;
    row[index] = cell;
    return true;
  }

  /**
   * Reads an entry of any other type or spelling; true for the capability of a next page. If it has no place, the
   * parser gets the page, and reports it.
   * @param hasMore whether such a capability came before
   */
  #otherEntry(hasMore: boolean): boolean {
    const json = this.#json;
    const start = json.at;
    json.skip();
    const entry = parseExact(this.#reply.text.slice(start, json.at));
    const path = isObject(entry) ? entry["path"] : null;
    const type = isObject(entry) ? entry["type"] : null;
    if (!isObject(entry) || !isArray(path) || !isArray(type)) throw new OtherSpelling("a page");
    if (type[0] === "Capability" && path.length === 6) return false;
    if (type[0] === "Capability") {
      if (hasMore || path.length !== 2 || path[0] !== "response" || path[1] !== 1) throw new OtherSpelling("a page");
      return true;
    }
    const [root, part, viewKey, rows, id, place] = path;
    if (
      path.length !== 6 || root !== "response" || part !== 2 || viewKey !== this.#reader.table.viewKey ||
      rows !== "rows" ||
      typeof id !== "string" || typeof place !== "number" || !ROW_ID.test(id)
    ) throw new OtherSpelling("a page");
    const row = this.#rowWith(Number(id));
    const index = this.#columns[place] ?? -1;
    const decode = this.#reader.entryDecoders[index];
    if (row === undefined || decode === undefined || row[index] !== null) throw new OtherSpelling("a page");
    row[index] = this.#taken(decode(entry));
    return false;
  }

  #taken(cell: Decoded): Decoded {
    if (!isCell(cell)) this.#plain = false;
    return cell;
  }

  #rowWith(id: number): Decoded[] | undefined {
    if (id === this.#rowId) return this.#row;
    this.#rowId = id;
    this.#row = this.#rows.get(id);
    return this.#row;
  }
}

/** For each place in a compact row, the reader's column, or -1. */
function readerIndexes({ compact, cells }: ColumnPlaces): readonly number[] {
  const indexes = new Array<number>(cells).fill(-1);
  compact.forEach((place, index) => {
    if (indexes[place] !== -1) throw new OtherSpelling("a page");
    indexes[place] = index;
  });
  return indexes;
}
