/**
 * Full text search by whole words, as `full_text_match` asks for it: plain words, or PostgreSQL's query language with
 * `raw=True` (`&`, `|`, `!`, `<->`, `<N>`, `:*`, brackets). It has no stems and no stop words. Pure. Source:
 * postgresql.org/docs/15/textsearch-controls.html.
 */
import { databaseError } from "../protocol/errors.ts";

/** Places of each word in a text, from 1. */
type Words = ReadonlyMap<string, readonly number[]>;

/** A parsed query; null is a part without a word, which is left out. */
type TextQuery =
  | { readonly kind: "word"; readonly word: string; readonly prefix: boolean }
  | { readonly kind: "not"; readonly of: TextQuery }
  | { readonly kind: "and" | "or"; readonly parts: readonly TextQuery[] }
  | { readonly kind: "phrase"; readonly first: TextQuery; readonly then: TextQuery; readonly distance: number };

/**
 * The test of a query; a query without a word matches nothing.
 * @throws {CallError} TableError for a raw query that cannot be read
 */
export function textMatcher(query: string, raw: boolean): (text: string) => boolean {
  const parsed = raw ? new QueryParser(query).parse() : joined("and", wordsOf(query).map(word));
  return parsed === null ? () => false : (text) => matches(parsed, placesOf(text));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
}

function placesOf(text: string): Words {
  const places = new Map<string, number[]>();
  wordsOf(text).forEach((found, i) => places.set(found, [...places.get(found) ?? [], i + 1]));
  return places;
}

function word(text: string): TextQuery {
  return { kind: "word", word: text, prefix: false };
}

function joined(kind: "and" | "or", parts: readonly TextQuery[]): TextQuery | null {
  const [only] = parts;
  if (only === undefined) return null;
  return parts.length === 1 ? only : { kind, parts };
}

function matches(query: TextQuery, words: Words): boolean {
  switch (query.kind) {
    case "not":
      return !matches(query.of, words);
    case "and":
      return query.parts.every((part) => matches(part, words));
    case "or":
      return query.parts.some((part) => matches(part, words));
    case "word":
    case "phrase":
      return placesWhere(query, words).size > 0;
  }
}

/** Places at which a part of a phrase ends. */
function placesWhere(query: TextQuery, words: Words): ReadonlySet<number> {
  switch (query.kind) {
    case "word": {
      if (!query.prefix) return new Set(words.get(query.word));
      return new Set([...words].flatMap(([found, places]) => found.startsWith(query.word) ? places : []));
    }
    case "not":
      return new Set([...words.values()].flat()).difference(placesWhere(query.of, words));
    case "and":
      return query.parts.map((part) => placesWhere(part, words)).reduce((a, b) => new Set(a).intersection(b));
    case "or":
      return query.parts.map((part) => placesWhere(part, words)).reduce((a, b) => new Set(a).union(b));
    case "phrase": {
      const first = placesWhere(query.first, words);
      return new Set([...placesWhere(query.then, words)].filter((place) => first.has(place - query.distance)));
    }
  }
}

const TOKEN = /\s*(?:([()&|!])|<(->|\d+>)|((?:'(?:[^']|'')*'|[^\s()&|!<:'])+)(?::([*A-Da-d]*))?)/y;

class QueryParser {
  readonly #text: string;
  #tokens: RegExpExecArray[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): TextQuery | null {
    if (this.#text.trim() === "") return null;
    const token = new RegExp(TOKEN);
    const end = this.#text.trimEnd().length;
    while (token.lastIndex < end) {
      const found = token.exec(this.#text);
      if (found === null) throw this.#error();
      this.#tokens.push(found);
    }
    const query = this.#alternatives();
    if (this.#tokens.length > 0) throw this.#error();
    return query;
  }

  #error() {
    return databaseError(`ERROR: syntax error in tsquery: "${this.#text}"`);
  }

  #takes(sign: string): boolean {
    if (this.#tokens[0]?.[1] !== sign) return false;
    this.#tokens.shift();
    return true;
  }

  #alternatives(): TextQuery | null {
    const parts = [this.#conjunction()];
    while (this.#takes("|")) parts.push(this.#conjunction());
    return joined("or", parts.filter((part) => part !== null));
  }

  #conjunction(): TextQuery | null {
    const parts = [this.#phrase()];
    while (this.#takes("&")) parts.push(this.#phrase());
    return joined("and", parts.filter((part) => part !== null));
  }

  #phrase(): TextQuery | null {
    let first = this.#part();
    for (let next = this.#tokens[0]?.[2]; next !== undefined; next = this.#tokens[0]?.[2]) {
      this.#tokens.shift();
      const then = this.#part();
      const distance = next === "->" ? 1 : Number(next.slice(0, -1));
      first = first === null ? then : then === null ? first : { kind: "phrase", first, then, distance };
    }
    return first;
  }

  #part(): TextQuery | null {
    if (this.#takes("!")) {
      const of = this.#part();
      return of === null ? null : { kind: "not", of };
    }
    if (this.#takes("(")) {
      const inner = this.#alternatives();
      if (!this.#takes(")")) throw this.#error();
      return inner;
    }
    const token = this.#tokens.shift();
    const text = token?.[3];
    if (text === undefined) throw this.#error();
    const flags = token?.[4] ?? "";
    const words = wordsOf(text.replace(/'((?:[^']|'')*)'/g, "$1"));
    const parts = words.map((found): TextQuery => ({ kind: "word", word: found, prefix: flags.includes("*") }));
    // Words of columns have the weight D: a search for other weights finds nothing.
    if (/[A-C]/i.test(flags) && !/D/i.test(flags)) return { kind: "or", parts: [] };
    return parts.reduce<TextQuery | null>(
      (first, then) => first === null ? then : { kind: "phrase", first, then, distance: 1 },
      null,
    );
  }
}
