/**
 * Small functions that each read one attribute of a table or a column, from its attributes as JSON. They return what an
 * attribute is; the caller decides what to do when it is something else.
 */
import { isObject, type Json, type JsonObject, numberSource, stringifyExact, stringOf } from "../../json/exact_json.ts";

/** All attributes except these. */
export function without(attributes: JsonObject, taken: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !taken.includes(key)));
}

/** Whether an attribute is absent or null. */
export function isMissing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/**
 * Anvil's id of a table: a whole number from 0 that JavaScript holds exactly, in quotes too, as hand-made files have it;
 * null for anything else.
 */
export function tableIdOf(value: Json | undefined): number | null {
  const id = /^(?:0|[1-9]\d{0,15})$/.test(stringOf(value) ?? "") ? Number(value) : value;
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 0 ? id : null;
}

/** `admin_ui.order` of a column, any finite number; null if there is none. */
export function orderOf(column: JsonObject): number | null {
  const ui = column["admin_ui"];
  const source = isObject(ui) ? numberSource(ui["order"] ?? null) : null;
  return source === null ? null : Number(source);
}

/** A value as a message can quote it: short JSON. */
export function brief(value: Json | undefined): string {
  const text = stringifyExact(value ?? null);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
