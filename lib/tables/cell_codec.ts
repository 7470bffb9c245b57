/**
 * Turns a cell of the archive into a value of the wire and back, by the column's kind. It is the only place that knows
 * both forms. It touches no socket and no file.
 */
import { jsonObject } from "../json/json_object.ts";
import { isTooDeep, MAX_LEVELS } from "../json/depth.ts";
import { holdsNul, holdsNulAnywhere } from "../json/nul.ts";
import { jsonString, numberSource, numeral, parseExact, stringOf } from "../json/exact_json.ts";
import { canonicalJson, isArray, isObject, type Json, type JsonObject } from "../json/exact_json.ts";
import { type Cell, numberCell, numberText } from "../value/cell.ts";
import { isoFromWire, wireFromIso } from "../value/datetime.ts";
import { isRowId, type RowId, rowIdText } from "../value/row_id.ts";
import type { ColumnKind } from "../schema/model/column_kind.ts";

/** A medium on the server: how to fetch it on this connection, and what is already known of it. */
export interface MediaHandle {
  readonly manager: string;
  readonly id: string;
  /** Bound to the connection that read the row. It is never stored and never printed. */
  readonly key: string;
  readonly contentType: string | null;
  readonly name: string | null;
  /** Bytes; null if the server does not say, as for all table media of classic storage. */
  readonly length: number | null;
}

/** A value that the column's kind does not allow. It is reported, and kept as JSON text if the file can hold that. */
export class OddValue {
  readonly json: string;
  /** What is odd about it, unless that is its type. */
  readonly reason: string | null;

  constructor(value: Json, reason: string | null = null) {
    this.json = canonicalJson(isObject(value) && typeOf(value) !== null ? withoutKeys(value) : value);
    this.reason = reason;
  }
}

/** SQLite ends a text at a NUL when it reads it, so no text of a file may contain one. */
const HOLDS_NUL = "It holds NUL, at which whoever reads a text from SQLite stops";

/** Members of a wire object that open something on the server: they are never stored or shown. */
const KEYS: ReadonlySet<string> = new Set(["key", "mac"]);

function withoutKeys(entry: JsonObject): JsonObject {
  return jsonObject(Object.entries(entry).filter(([name]) => !KEYS.has(name)));
}

/** A value that could not be read, with the reason: no part of it may be taken for the app's data. */
export class AbsentValue {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * What a wire value becomes: a cell, a medium to fetch, a value that does not fit its column, or an unreadable value.
 */
export type Decoded = Cell | MediaHandle | OddValue | AbsentValue;

/** Whether a decoded value is a medium. */
export function isMediaHandle(value: Decoded): value is MediaHandle {
  return typeof value === "object" && value !== null && !(value instanceof OddValue) &&
    !(value instanceof AbsentValue);
}

/** Whether a file can hold a decoded value unchanged. */
export function isCell(value: Decoded): value is Cell {
  return typeof value !== "object" || value === null;
}

/** Decodes the JSON in a cell's place. */
export type CellDecoder = (value: Json) => Decoded;

/** Decodes the `objects` entry of a cell; the JSON in the cell's place is then null. */
export type EntryDecoder = (entry: JsonObject) => Decoded;

const TOO_DEEP = `Its lists and objects have more than ${MAX_LEVELS} levels`;

function odd(value: Json, reason: string | null = null): OddValue | AbsentValue {
  return isTooDeep(value) ? new AbsentValue(TOO_DEEP) : new OddValue(value, reason);
}

/**
 * The decoder of a column.
 * @param targetId Anvil's id of the linked table, for links
 */
export function cellDecoder(kind: ColumnKind, targetId: number | null): CellDecoder {
  switch (kind) {
    case "string":
      return (value) => {
        const text = stringOf(value);
        if (text === null) return value === null ? null : odd(value);
        return holdsNul(text) ? odd(value, HOLDS_NUL) : text;
      };
    case "number":
      return decodeNumber;
    case "bool":
      return (value) => value === null ? null : value === true ? 1n : value === false ? 0n : odd(value);
    case "date":
    case "datetime":
    case "media":
      // Their values come as entries of `objects`; JSON that only looks like an entry is not one.
      return (value) => value === null ? null : odd(value);
    case "simpleObject":
    case "unknown":
      return (value) => value === null ? null : isTooDeep(value) ? new AbsentValue(TOO_DEEP) : canonicalJson(value);
    case "link_single":
      return (value) => {
        if (value === null) return null;
        const row = rowOf(value);
        return row === null || targetId === null ? odd(value) : rowIdText(targetId, row);
      };
    case "link_multiple":
      return (value) => {
        if (value === null) return null;
        if (!isArray(value) || targetId === null && value.length > 0) return odd(value);
        const rows = value.map(rowOf);
        if (rows.some((row) => row === null)) return odd(value);
        return JSON.stringify(rows.map((row) => rowIdText(targetId ?? 0, row ?? "")));
      };
  }
}

/** The decoder of `objects` entries for a column. */
export function entryDecoder(kind: ColumnKind): EntryDecoder {
  switch (kind) {
    case "date":
      return (entry) => objectValue(entry, "Date") ?? odd(entry);
    case "datetime":
      return (entry) => {
        const text = objectValue(entry, "DateTime");
        return (text === null ? null : isoFromWire(text)) ?? odd(entry);
      };
    case "media":
      return (entry) => holdsNulAnywhere(entry) ? odd(entry, HOLDS_NUL) : mediaHandle(entry) ?? odd(entry);
    case "number":
      return (entry) => {
        const source = longValue(entry);
        return source === null ? odd(entry) : numberCell(source);
      };
    case "unknown":
      return (entry) => isTooDeep(entry) ? new AbsentValue(TOO_DEEP) : canonicalJson(withoutKeys(entry));
    case "string":
    case "bool":
    case "simpleObject":
    case "link_single":
    case "link_multiple":
      return (entry) => odd(entry);
  }
}

function decodeNumber(value: Json): Decoded {
  if (value === null) return null;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  const source = numberSource(value);
  return source === null ? odd(value) : numberCell(source);
}

function longValue(value: Json): string | null {
  const digits = objectValue(value, "Long");
  return digits !== null && /^-?\d+$/.test(digits) ? digits : null;
}

function objectValue(value: Json, type: string): string | null {
  const text = isObject(value) && typeOf(value) === type ? stringOf(value["value"]) : null;
  return text === null || holdsNul(text) ? null : text;
}

function typeOf(entry: JsonObject): string | null {
  const types = entry["type"];
  return isArray(types) ? stringOf(types[0]) : null;
}

/**
 * Reads a LazyMedia entry; null for any other entry, and for one without name or type, which would be taken for None.
 * Its `id` is text, even if it contains JSON.
 */
export function mediaHandle(entry: Json): MediaHandle | null {
  if (!isObject(entry) || typeOf(entry) !== "LazyMedia") return null;
  const { manager, id, key } = entry;
  if (typeof manager !== "string" || typeof id !== "string" || typeof key !== "string") return null;
  if (!isTextOrNull(entry["mime-type"]) || !isTextOrNull(entry["name"])) return null;
  const length = numberSource(entry["length"] ?? null);
  return {
    manager,
    id,
    key,
    contentType: stringOf(entry["mime-type"]),
    name: stringOf(entry["name"]),
    length: length !== null && /^\d+$/.test(length) ? Number(length) : null,
  };
}

function isTextOrNull(value: Json | undefined): boolean {
  return value === null || value !== undefined && stringOf(value) !== null;
}

function rowOf(value: Json): RowId | null {
  const source = numberSource(value);
  return source !== null && isRowId(source) ? source : null;
}

/** The wire's JSON of a cell whose form is plain JSON; null for dates, datetimes, media and links. */
export function plainWireValue(kind: ColumnKind, cell: Cell): Json {
  if (cell === null) return null;
  switch (kind) {
    case "string":
      return jsonString(String(cell));
    case "number":
      return numeral(numberText(cell));
    case "bool":
      return cell === 1n;
    case "simpleObject":
    case "unknown":
      return parseExact(String(cell));
    case "date":
    case "datetime":
    case "media":
    case "link_single":
    case "link_multiple":
      return null;
  }
}

/** Wire text of a datetime cell. Text that is not a datetime, as in another program's file, is sent unchanged. */
export function wireDatetime(cell: string): string {
  return wireFromIso(cell) ?? cell;
}
