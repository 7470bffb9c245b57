/**
 * JSON for stdout, which may be a terminal: characters that could control a terminal become escapes, which JSON readers
 * undo. Pure.
 */

/** Controls that JSON does not escape, and format characters (including bidirectional controls). */
const UNSAFE = /[\x7f-\x9f\p{Zl}\p{Zp}\p{Cf}]/gu;

/** JSON text of a value; compact without `indent`. */
export function jsonText(value: unknown, indent = 0): string {
  return safeJson(JSON.stringify(value, null, indent));
}

/** JSON text from elsewhere, made safe in the same way. */
export function safeJson(text: string): string {
  return text.replace(UNSAFE, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }).join("");
}
