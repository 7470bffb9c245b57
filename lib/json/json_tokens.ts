/**
 * Where strings and numbers of a JSON text begin and end. It is written by hand: a regular expression with two ways to
 * go on at every character runs out of memory in a long string. It does not check whether a text is JSON. Pure.
 */

const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const UPPER_E = 69;
const BACKSLASH = 92;
const LOWER_E = 101;

/** The offset behind the string that opens at `start`; the text's length if the string does not end. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (quote - 1 - backslashes >= at && text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/**
 * The offset behind the number that begins at `start`, by JSON's grammar (json.org); `start` itself if there is no
 * number.
 */
export function endOfNumber(text: string, start: number): number {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start;
  let at = text.charCodeAt(first) === ZERO ? first + 1 : endOfDigits(text, first);
  if (at === first) return start;
  if (text.charCodeAt(at) === DOT) {
    const end = endOfDigits(text, at + 1);
    if (end > at + 1) at = end;
  }
  const exponent = text.charCodeAt(at);
  if (exponent === UPPER_E || exponent === LOWER_E) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
    const end = endOfDigits(text, digits);
    if (end > digits) at = end;
  }
  return at;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/**
 * The text with some of its strings and numbers replaced.
 * @param string returns the replacement of the string with these bounds, which include its quotes; null to keep it
 * @param number returns the replacement of a number; null to keep it
 */
export function mapTokens(
  text: string,
  string: (start: number, end: number) => string | null,
  number: (token: string) => string | null,
): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const isString = code === QUOTE;
    const end = isString ? endOfString(text, at) : code === MINUS || isDigit(code) ? endOfNumber(text, at) : at;
    if (end === at) {
      at++;
      continue;
    }
    const replaced = isString ? string(at, end) : number(text.slice(at, end));
    if (replaced !== null) {
      parts.push(text.slice(kept, at), replaced);
      kept = end;
    }
    at = end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(kept);
}
