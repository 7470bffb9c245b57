/**
 * Where the character NUL is in a JSON value. No reader of SQLite's sees what comes after it in a text. Pure.
 */
import { isArray, type Json, stringOf } from "./exact_json.ts";

/** The visible picture of NUL, for texts that are only shown. */
const PICTURE = "\u2400";

/** Whether a text holds a NUL. */
export function holdsNul(text: string): boolean {
  return text.includes("\0");
}

/** The text with each NUL replaced by its picture, for messages. */
export function withoutNul(text: string): string {
  return holdsNul(text) ? text.replaceAll("\0", PICTURE) : text;
}

/** Whether any string or key in a value holds a NUL, however deep it is. */
export function holdsNulAnywhere(value: Json | undefined): boolean {
  const left: (Json | undefined)[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    const text = stringOf(next);
    if (text !== null && holdsNul(text)) return true;
    if (isArray(next)) left.push(...next);
    else if (typeof next === "object" && next !== null) {
      for (const [key, member] of Object.entries(next)) left.push(key, member);
    }
  }
  return false;
}
