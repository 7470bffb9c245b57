/**
 * Checks the values that clients write against their column, as strictly as a real server does, and makes cells of
 * them. It writes nothing; the caller resolves media and links.
 */
import type { Cell } from "../../value/cell.ts";
import { canonicalJson, isArray, isObject, type Json, numberSource, stringOf } from "../../json/exact_json.ts";
import { isoFromWire } from "../../value/datetime.ts";
import {
  DataMediaValue,
  DateTimeValue,
  DateValue,
  FloatValue,
  isList,
  isPlainJson,
  isWireValue,
  LazyMediaValue,
  TypedValue,
  type Value,
} from "../protocol/arguments.ts";
import { opaqueError, tableError } from "../protocol/errors.ts";
import { storedNumber } from "../database/database_number.ts";
import { databaseText } from "../database/database_text.ts";
import { rowRef } from "../query/query_json.ts";
import type { ServedColumn } from "../app/served_app.ts";
import type { StorageStyle } from "../app/snapshot.ts";

/** A checked value: a cell, or a medium that has no id yet. */
export type CheckedValue = Cell | DataMediaValue | LazyMediaValue;

/** Names of values in messages. */
function kindOf(value: Value): string {
  if (value instanceof DateValue) return "date";
  if (value instanceof DateTimeValue) return "datetime";
  if (value instanceof DataMediaValue || value instanceof LazyMediaValue) return "media";
  if (value instanceof FloatValue) return "number";
  if (value instanceof TypedValue) return "row";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return "list";
  if (isPlainJson(value) && numberSource(value) !== null) return "number";
  return typeof value === "string" ? "string" : "simpleObject";
}

/**
 * Checks a value.
 * @throws {CallError} TableError for a value of another type; InternalError for a datetime without offset
 */
export function checkValue(column: ServedColumn, value: Value, storage: StorageStyle): CheckedValue {
  if (value === null) return column.kind === "link_multiple" && storage === "split" ? "[]" : null;
  const wrongType = (): never => {
    throw tableError(`Column '${column.name}' is a ${column.type} - cannot set it to a ${kindOf(value)}`);
  };
  switch (column.kind) {
    case "string": {
      const text = isPlainJson(value) ? stringOf(value) : null;
      return text === null ? wrongType() : databaseText(text, storage);
    }
    case "number":
      if (value instanceof FloatValue) throw tableError(`Cannot store ${value.name} in column '${column.name}'`);
      return isPlainJson(value) && numberSource(value) !== null
        ? storedNumber(numberSource(value) ?? "0", storage)
        : wrongType();
    case "bool":
      return typeof value === "boolean" ? (value ? 1n : 0n) : wrongType();
    case "date":
      return value instanceof DateValue ? checkDate(value.text) : wrongType();
    case "datetime":
      return value instanceof DateTimeValue ? checkDatetime(value.text) : wrongType();
    case "simpleObject":
    case "unknown":
      return checkObject(column, value, storage);
    case "media":
      return value instanceof DataMediaValue || value instanceof LazyMediaValue ? value : wrongType();
    case "link_single":
      return rowRef(column, value) ?? wrongType();
    case "link_multiple":
      return isList(value) ? JSON.stringify(value.map((item) => rowRef(column, item) ?? wrongType())) : wrongType();
  }
}

function checkDate(text: string): string {
  if (!isDay(text)) throw opaqueError();
  return text;
}

function isDay(text: string): boolean {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // JavaScript turns the 30th of February into the 1st of March.
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const WIRE_DATETIME = /^(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d(?:\.\d{0,9})?[+-]\d{4}$/;

function checkDatetime(text: string): string {
  const day = WIRE_DATETIME.exec(text)?.[1] ?? "";
  const iso = isDay(day) ? isoFromWire(text) : null;
  if (iso === null || Number.isNaN(Date.parse(iso))) throw opaqueError();
  return iso;
}

function checkObject(column: ServedColumn, value: Value, storage: StorageStyle): string {
  if (!isPlainJson(value)) {
    // A float that JSON cannot spell is noticed only by the database.
    if (containsFloat(value)) throw opaqueError();
    throw tableError(
      `Column '${column.name}' is a ${column.type} - cannot set it to a ${
        isWireValue(value) ? kindOf(value) : "value"
      }` +
        (isWireValue(value) ? "" : " that contains something other than strings, numbers, lists, dicts and None"),
    );
  }
  checkTexts(value, storage);
  return canonicalJson(value);
}

function containsFloat(value: Value): boolean {
  if (value instanceof FloatValue) return true;
  if (isWireValue(value) || typeof value !== "object" || value === null) return false;
  return Object.values(value).some(containsFloat);
}

/** In split storage, too, simple objects are `jsonb`, with its own rules about text. */
function checkTexts(value: Json, storage: StorageStyle): void {
  if (isArray(value)) return value.forEach((item) => checkTexts(item, storage));
  if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      databaseText(key, "classic");
      checkTexts(member, storage);
    }
    return;
  }
  const text = numberSource(value) === null ? stringOf(value) : null;
  if (text !== null) databaseText(text, "classic");
}
