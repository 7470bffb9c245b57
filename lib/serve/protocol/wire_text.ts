/**
 * JSON as the server writes it: ASCII only, `/` as `\/`, every character beyond ASCII as `\uXXXX` in lower case. Text
 * to text; it parses nothing.
 */
import { type Json, stringifyExact } from "../../json/exact_json.ts";

/** Matches a character in a string that must be escaped: one that is not printable ASCII, or `"`, `/` or `\`. */
const SPECIAL = /[^ !#-.0-\[\]-\x7f]/;
const BEYOND_ASCII = /[/\u0080-\uffff]/;
const EACH_BEYOND_ASCII = /[/\u0080-\uffff]/g;

/** JSON text made into the server's form. */
export function asciiJson(json: string): string {
  return BEYOND_ASCII.test(json) ? json.replace(EACH_BEYOND_ASCII, escape) : json;
}

function escape(char: string): string {
  return char === "/" ? "\\/" : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A string as JSON. */
export function wireString(text: string): string {
  return SPECIAL.test(text) ? asciiJson(JSON.stringify(text)) : `"${text}"`;
}

/** A string or null as JSON. */
export function wireStringOrNull(text: string | null): string {
  return text === null ? "null" : wireString(text);
}

/** Any JSON value. */
export function wireJson(value: Json): string {
  return asciiJson(stringifyExact(value));
}
