/**
 * The canonical form of JSON text, made from the text itself. No value is built, since a column of objects can hold
 * millions of small ones. It takes only text as this program writes it, with sorted keys and without blanks or escapes.
 * All other JSON is left to `canonical.ts`, which parses it. Pure.
 */
import { numberSource, numeral, SAFE_DIGITS } from "../../json/exact_json.ts";
import type { ByteBuffer } from "./byte_buffer.ts";
import { appendNumber } from "./canonical_number.ts";

/** Deeper values are left to the parser, which does not recurse. */
const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ODD_EXPONENT = /E|e\+/;

const QUOTE = 34;
const ZERO = 48;

/**
 * Appends the canonical form of a JSON text. Returns false, and appends nothing, when the text is not in this program's
 * spelling.
 */
export function appendJsonText(out: ByteBuffer, text: string): boolean {
  const start = out.length;
  const end = appendValue(out, text, 0, 0);
  if (end === text.length) return true;
  out.truncate(start);
  return false;
}

/**
 * The offset that means "the text is not as expected". To compare it with any offset is false; the character at this
 * place counts as the first of the text, which ends no list and no object.
 */
const NOWHERE = NaN;

/** Appends the value at an offset and returns the offset after it. */
function appendValue(out: ByteBuffer, text: string, at: number, depth: number): number {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      out.tag("s");
      return out.quotedText(text, at);
    case 123:
      return appendObject(out, text, at, depth);
    case 91:
      return appendList(out, text, at, depth);
    case 116:
      if (!text.startsWith("true", at)) return NOWHERE;
      out.tag("b");
      out.byte(1);
      return at + 4;
    case 102:
      if (!text.startsWith("false", at)) return NOWHERE;
      out.tag("b");
      out.byte(0);
      return at + 5;
    case 110:
      if (!text.startsWith("null", at)) return NOWHERE;
      out.tag("n");
      return at + 4;
    default:
      return appendNumberAt(out, text, at);
  }
}

function appendNumberAt(out: ByteBuffer, text: string, at: number): number {
  let next = at;
  while (isDigit(text.charCodeAt(next))) next++;
  const digits = next - at;
  const isInteger = digits > 0 && digits <= SAFE_DIGITS && (digits === 1 || text.charCodeAt(at) !== ZERO);
  if (!isInteger || !endsNumber(text.charCodeAt(next))) return appendOtherNumber(out, text, at);
  out.text("i", text.slice(at, next));
  return next;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

/** Whether a character cannot continue a number; also true for NaN, beyond the end. */
function endsNumber(code: number): boolean {
  return code !== 46 && code !== 69 && code !== 101;
}

function appendOtherNumber(out: ByteBuffer, text: string, at: number): number {
  NUMBER.lastIndex = at;
  if (!NUMBER.test(text)) return NOWHERE;
  const end = NUMBER.lastIndex;
  const source = text.slice(at, end);
  // More digits than those that name a double mean nothing, and this program writes neither them nor `1E5` or `1e+5`.
  if (ODD_EXPONENT.test(source) || numberSource(numeral(source)) !== source) return NOWHERE;
  appendNumber(out, source);
  return end;
}

function appendList(out: ByteBuffer, text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) return NOWHERE;
  out.tag("a");
  const countAt = out.length;
  out.u32(0);
  let next = at + 1;
  if (text.charCodeAt(next) === 93) return next + 1;
  for (let count = 1;; count++) {
    next = appendValue(out, text, next, depth + 1);
    const code = text.charCodeAt(next);
    if (code === 93) {
      out.patchU32(countAt, count);
      return next + 1;
    }
    if (code !== 44) return NOWHERE;
    next++;
  }
}

/** Whether the string that opens at `a` comes before the one at `b`, by UTF-16 code units. Neither may have escapes. */
function isBefore(text: string, a: number, b: number): boolean {
  for (let i = 1;; i++) {
    const [one, other] = [text.charCodeAt(a + i), text.charCodeAt(b + i)];
    if (other === QUOTE) return false;
    if (one === QUOTE) return true;
    if (one !== other) return one < other;
  }
}

function appendObject(out: ByteBuffer, text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) return NOWHERE;
  out.tag("m");
  const countAt = out.length;
  out.u32(0);
  let next = at + 1;
  if (text.charCodeAt(next) === 125) return next + 1;
  let last = NOWHERE;
  for (let count = 1;; count++) {
    const keyEnd = out.quotedText(text, next);
    if (text.charCodeAt(keyEnd) !== 58 || (count > 1 && !isBefore(text, last, next))) return NOWHERE;
    last = next;
    next = appendValue(out, text, keyEnd + 1, depth + 1);
    const code = text.charCodeAt(next);
    if (code === 125) {
      out.patchU32(countAt, count);
      return next + 1;
    }
    if (code !== 44) return NOWHERE;
    next++;
  }
}
