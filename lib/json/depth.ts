/**
 * How deep a JSON value is. Functions that walk over values call themselves, and a process has limited room for that.
 * Pure.
 */
import { isArray, isObject, type Json, type JsonObject } from "./exact_json.ts";

/**
 * Levels of lists and objects that every part of this program takes. Python's own JSON stops at about a thousand.
 */
export const MAX_LEVELS = 2_000;

/** Whether a value has more levels than {@link MAX_LEVELS}; it does not call itself. */
export function isTooDeep(value: Json): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_LEVELS) return true;
    level = level.flatMap((item) => (isArray(item) ? item : Object.values(item)).filter(isContainer));
  }
  return false;
}

function isContainer(value: Json): value is readonly Json[] | JsonObject {
  return isArray(value) || isObject(value);
}
