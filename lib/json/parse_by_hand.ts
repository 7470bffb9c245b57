/**
 * Parses JSON token by token, for the few texts that must not reach V8's own parser (`exact_json.ts` says which). It is
 * as strict as `JSON.parse` and many times slower. Pure.
 */
import { jsonObject } from "./json_object.ts";
import { endOfNumber, endOfString } from "./json_tokens.ts";

const BLANKS = /[ \t\n\r]*/y;
const WORD = /[[\]{},:]|true|false|null|$/y;

/** Returns the next token; the empty text at the end. */
type Next = () => string;

/**
 * The same result as that of `JSON.parse`.
 * @throws {SyntaxError} when the text is not JSON
 */
export function parseByHand(text: string): unknown {
  let at = 0;
  const next = () => {
    const start = endOf(BLANKS, text, at) ?? at;
    const end = text[start] === '"' ? endOfString(text, start) : endOfNumber(text, start);
    const last = end > start ? end : endOf(WORD, text, start);
    if (last === null) throw new SyntaxError(`Not JSON at position ${start}`);
    at = last;
    return text.slice(start, at);
  };
  const value = parseValue(next(), next);
  expect(next(), "");
  return value;
}

/** The offset behind the match of a sticky pattern at an offset; null if it does not match. */
function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function parseValue(token: string, next: Next): unknown {
  if (token === "[") return parseArray(next);
  if (token === "{") return parseObject(next);
  return JSON.parse(token);
}

function parseArray(next: Next): readonly unknown[] {
  const items: unknown[] = [];
  let token = next();
  if (token === "]") return items;
  for (;; token = next()) {
    items.push(parseValue(token, next));
    const end = next();
    if (end === "]") return items;
    expect(end, ",");
  }
}

function parseObject(next: Next): object {
  const members: [string, unknown][] = [];
  let token = next();
  if (token === "}") return {};
  for (;; token = next()) {
    if (!token.startsWith('"')) throw new SyntaxError(`Not a key: ${token}`);
    expect(next(), ":");
    members.push([JSON.parse(token), parseValue(next(), next)]);
    const end = next();
    if (end === "}") return jsonObject(members);
    expect(end, ",");
  }
}

function expect(token: string, wanted: string): void {
  if (token !== wanted) throw new SyntaxError(`'${token}' in JSON where '${wanted}' belongs`);
}
