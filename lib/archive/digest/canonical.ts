/**
 * The canonical form of a row: the bytes that digests are made of. Independent of SQLite, of the order in which rows
 * were read and of the order of keys in an object. Pure; it opens nothing.
 *
 * Written down so that others can implement it again (`anvil-sqlite-1`). Integers are big-endian. `text(x)` is the
 * number of UTF-8 bytes of x as u32, then the bytes. `opt(x)` is `n` when there is no x, or `s` text(x).
 *
 * row    = `R`, row id as u64, then one cell for each column, columns sorted by name (UTF-16 code units)
 * cell   = `n`                        None, whatever the kind
 *        | `s` text                   string; date and datetime in the archive's ISO form; any cell of an odd type
 *        | `i` text(decimal digits)   integer of any size, `-` in front of a negative one
 *        | `f` IEEE 754 double        float (8 bytes), so that 1 and 1.0 differ
 *        | `b` byte 0 or 1            bool
 *        | `o` value                  simpleObject, and columns of an unknown type
 *        | `M` SHA-256 (32 bytes), opt(content type), opt(name)   medium whose bytes are stored
 *        | `X` opt(content type), opt(name)                       medium whose bytes are not stored
 *        | `l` text(`[table,row]`)    link
 *        | `L` count as u32, text(`[table,row]`) for each, in order   multi-link
 * value  = `n` | `b` | `i` | `s` as above
 *        | `f` IEEE 754 double        float that the double's shortest spelling (ECMAScript's) names exactly; `1.0` is one
 *        | `d` text(decimal)          float that no double is: its digits without zeros at either end, `-` in front of a
 *                                     negative one, `e`, the power of ten
 *        | `a` count as u32, then the values     list
 *        | `m` count as u32, then text(key), value for each, keys sorted by UTF-16 code units     object
 */
import type { MediaLookup } from "../media/media_lookup.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { canonicalJson, isArray, type Json, numberSource, parseExact, stringOf } from "../../json/exact_json.ts";
import { numberCell } from "../../value/cell.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { ByteBuffer, utf8Bytes } from "./byte_buffer.ts";
import { appendJsonText } from "./canonical_json.ts";
import { appendNumber } from "./canonical_number.ts";
import type { RecordBytes } from "./record_bytes.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Name of this canonical form and its digests, as stored in an archive. */
export const DIGEST_ALGORITHM = "anvil-sqlite-1/sha-256";

const DIGITS = /^-?\d+$/;

/** A column for the canonical form: its place among a row's cells, and its kind. */
interface CanonicalColumn {
  readonly index: number;
  readonly kind: ColumnKind;
  /** Called for a value that is not written as this program writes it. */
  readonly onOddSpelling?: () => void;
}

/** Columns of a row in canonical order. */
export type CanonicalColumns = readonly CanonicalColumn[];

/**
 * Appends the canonical form of a row; `cells` may have any order; `columns` knows it.
 * @param bytes counts how many bytes the cells take in a file
 */
export function appendRow(
  out: ByteBuffer,
  row: RowNumber,
  columns: CanonicalColumns,
  cells: readonly SqlValue[],
  media: MediaLookup,
  bytes?: RecordBytes,
): void {
  out.tag("R");
  out.u64(row);
  for (const { index, kind, onOddSpelling } of columns) {
    const cell = cells[index] ?? null;
    const start = out.length;
    appendCell(out, kind, cell, media, onOddSpelling);
    if (bytes !== undefined) countCell(bytes, kind, cell, out.length - start);
  }
}

/** Bytes before a text in its canonical form: its letter and its length. */
const TEXT_HEAD = 5;

function countCell(bytes: RecordBytes, kind: ColumnKind, cell: SqlValue, appended: number): void {
  if (typeof cell !== "string") return bytes.other(cell);
  // A value that is parsed for its canonical form has to be counted here.
  const isTakenApart = kind === "simpleObject" || kind === "unknown" || kind === "link_multiple";
  bytes.text(isTakenApart ? utf8Bytes(cell) : appended - TEXT_HEAD);
}

/** Appends the canonical form of one cell. */
export function appendCell(
  out: ByteBuffer,
  kind: ColumnKind,
  cell: SqlValue,
  media: MediaLookup,
  onOddSpelling?: () => void,
): void {
  if (cell === null) return out.tag("n");
  switch (kind) {
    case "string":
    case "date":
    case "datetime":
      return appendPlain(out, cell);
    case "number":
      // Digits that no INTEGER can hold are stored as text in the file, and are still an integer.
      if (typeof cell !== "string" || !DIGITS.test(cell)) return appendPlain(out, cell);
      if (onOddSpelling !== undefined && numberCell(cell) !== cell) onOddSpelling();
      return out.text("i", cell);
    case "bool":
      if (cell !== 0n && cell !== 1n) return appendPlain(out, cell);
      out.tag("b");
      return out.byte(Number(cell));
    case "simpleObject":
    case "unknown":
      return appendObject(out, cell, onOddSpelling);
    case "media":
      return appendMedia(out, cell, media);
    case "link_single":
      return typeof cell === "string" ? out.text("l", cell) : appendPlain(out, cell);
    case "link_multiple":
      return appendLinks(out, cell, onOddSpelling);
  }
}

function appendPlain(out: ByteBuffer, cell: SqlValue): void {
  if (typeof cell === "bigint") return out.integer("i", cell);
  if (typeof cell === "string") return out.text("s", cell);
  if (typeof cell !== "number") return out.tag(cell === null ? "n" : "?");
  out.tag("f");
  out.f64(cell);
}

function appendObject(out: ByteBuffer, cell: SqlValue, onOddSpelling?: () => void): void {
  const start = out.length;
  if (typeof cell === "string") {
    out.tag("o");
    if (appendJsonText(out, cell)) return;
    out.truncate(start);
  }
  const value = typeof cell === "string" ? parsed(cell) : undefined;
  if (onOddSpelling !== undefined && (value === undefined || canonicalJson(value) !== cell)) onOddSpelling();
  if (value === undefined) return appendPlain(out, cell);
  out.tag("o");
  appendJson(out, value);
}

function parsed(text: string): Json | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/**
 * Appends the canonical form of a parsed value; for texts that {@link appendJsonText} takes, the result is the same.
 */
export function appendJson(out: ByteBuffer, value: Json): void {
  if (value === null) return out.tag("n");
  if (typeof value === "boolean") {
    out.tag("b");
    return out.byte(value ? 1 : 0);
  }
  const source = numberSource(value);
  if (source !== null) return appendNumber(out, source);
  const string = stringOf(value);
  if (string !== null) return out.text("s", string);
  if (isArray(value)) {
    out.tag("a");
    out.u32(value.length);
    for (const item of value) appendJson(out, item);
    return;
  }
  if (typeof value !== "object") return;
  const keys = Object.keys(value).sort();
  out.tag("m");
  out.u32(keys.length);
  for (const key of keys) {
    out.bareText(stringOf(key) ?? key);
    appendJson(out, value[key] ?? null);
  }
}

function appendMedia(out: ByteBuffer, cell: SqlValue, media: MediaLookup): void {
  const facts = typeof cell === "bigint" ? media(cell) : null;
  if (facts === null) return appendPlain(out, cell);
  if (facts.sha256 === null) {
    out.tag("X");
  } else {
    out.tag("M");
    out.hex(facts.sha256);
  }
  out.optionalText(facts.contentType);
  out.optionalText(facts.name);
}

function appendLinks(out: ByteBuffer, cell: SqlValue, onOddSpelling?: () => void): void {
  const list = typeof cell === "string" ? parseLinks(cell) : null;
  if (onOddSpelling !== undefined && list !== null && JSON.stringify(list) !== cell) onOddSpelling();
  if (list === null) return appendPlain(out, cell);
  out.tag("L");
  out.u32(list.length);
  for (const target of list) out.bareText(target);
}

function parseLinks(text: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
  } catch {
    return null;
  }
}
