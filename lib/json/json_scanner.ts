/**
 * Walks over JSON text byte by byte and returns its parts, without building values that nobody asks for. A page of rows
 * is megabytes of text, and making objects by `JSON.parse` costs more than all other work on it. It takes less than
 * JSON allows (ASCII, no blanks between tokens) and is as strict as `JSON.parse` in what it takes. For all other text
 * it throws {@link OtherSpelling}, and the caller parses the text instead. Pure.
 */
import { canonicalJson, numeral, SAFE_DIGITS } from "./exact_json.ts";
import { isKeyBefore, memberOrder } from "./member_order.ts";

/** Thrown for text that is not JSON, or has a spelling that is left to `JSON.parse`. */
export class OtherSpelling extends Error {
  override readonly name = "OtherSpelling";
}

/** One error for all, since making an error costs more than parsing a row. */
const OTHER = new OtherSpelling("not as expected");

/** Bytes of memory that all texts share; a longer text gets an array of its own. */
const KEPT_BYTES = 4_194_304;
/** Deeper values are left to `JSON.parse`, which does not recurse. */
const MAX_DEPTH = 100;

/** The only spelling of NUL in JSON. */
const NUL_ESCAPE = "\\u0000";

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;

/** 1 for each byte that is a hexadecimal digit in lower case. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => /[\da-f]/.test(String.fromCharCode(byte)) ? 1 : 0);

const encoder = new TextEncoder();
let kept = new Uint8Array(0);

/** JSON tokens that are always spelled the same, as bytes. */
export function literal(text: string): Uint8Array {
  return encoder.encode(text);
}

const [TRUE, FALSE, NULL] = ["true", "false", "null"].map(literal) as [Uint8Array, Uint8Array, Uint8Array];

/** Walks over one text. Only one scanner can work at a time: the bytes are in memory that all share. */
export class JsonScanner {
  readonly text: string;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  /** Offset of the next byte, which is also the offset of its character. */
  at = 0;
  /** The beginnings of the members of the objects that are being read, outer objects first. */
  readonly #members: number[] = [];

  /** @throws {OtherSpelling} when the text has a character beyond ASCII */
  constructor(text: string) {
    this.text = text;
    // One byte more than the text, always 0, so that no loop has to check for the end.
    if (text.length < kept.length) this.#bytes = kept;
    else this.#bytes = new Uint8Array(text.length + 65_536);
    if (this.#bytes.length <= KEPT_BYTES) kept = this.#bytes;
    const { read, written } = encoder.encodeInto(text, this.#bytes);
    if (read !== text.length || written !== text.length) throw OTHER;
    this.#bytes[written] = 0;
  }

  /** The next byte; 0 at the end. */
  get next(): number {
    return this.#bytes[this.at] as number;
  }

  /** Passes one byte. */
  pass(byte: number): void {
    if (this.#bytes[this.at] !== byte) throw OTHER;
    this.at++;
  }

  /** Passes a comma and returns true, or passes the closing byte of the list or object. */
  passComma(close: number): boolean {
    const byte = this.#bytes[this.at++];
    if (byte === COMMA) return true;
    if (byte !== close) throw OTHER;
    return false;
  }

  /** Passes a literal if it comes next. */
  passes(bytes: Uint8Array): boolean {
    const all = this.#bytes;
    const at = this.at;
    for (let i = 0; i < bytes.length; i++) if (all[at + i] !== bytes[i]) return false;
    this.at = at + bytes.length;
    return true;
  }

  /** Passes a literal that must come next. */
  expect(bytes: Uint8Array): void {
    if (!this.passes(bytes)) throw OTHER;
  }

  /** Passes hexadecimal digits in lower case. */
  expectHex(count: number): void {
    const all = this.#bytes;
    const end = this.at + count;
    for (let at = this.at; at < end; at++) if (HEX[all[at] as number] !== 1) throw OTHER;
    this.at = end;
  }

  /** Reads an integer without sign, of 15 digits at most. */
  digits(): number {
    const all = this.#bytes;
    const start = this.at;
    let at = start;
    let value = 0;
    for (;; at++) {
      const byte = all[at] as number;
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + (byte - ZERO);
    }
    const count = at - start;
    if (count === 0 || count > SAFE_DIGITS || (count > 1 && all[start] === ZERO)) throw OTHER;
    this.at = at;
    return value;
  }

  /**
   * Passes a number and returns its value if it is an integer of 15 digits at most and not minus zero. Otherwise
   * returns null; the number is then the text from its beginning to {@link at}.
   */
  smallInteger(): number | null {
    const all = this.#bytes;
    const start = this.at;
    const first = all[start] === MINUS ? start + 1 : start;
    let at = first;
    let value = 0;
    for (;; at++) {
      const byte = all[at] as number;
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + (byte - ZERO);
    }
    const count = at - first;
    if (count === 0 || (count > 1 && all[first] === ZERO)) throw OTHER;
    let isInteger = true;
    if (all[at] === DOT) {
      isInteger = false;
      at = this.#someDigits(at + 1);
    }
    const exponent = all[at];
    if (exponent === 101 || exponent === 69) {
      isInteger = false;
      const sign = all[at + 1];
      at = this.#someDigits(sign === 43 || sign === MINUS ? at + 2 : at + 1);
    }
    this.at = at;
    if (!isInteger || count > SAFE_DIGITS) return null;
    return first === start ? value : value === 0 ? null : -value;
  }

  #someDigits(from: number): number {
    const all = this.#bytes;
    let at = from;
    while ((all[at] as number) >= ZERO && (all[at] as number) <= NINE) at++;
    if (at === from) throw OTHER;
    return at;
  }

  /** Reads a string. One that contains NUL is left to the slow way, which reports it. */
  string(): string {
    const start = this.at;
    if (this.#bytes[start] !== QUOTE) throw OTHER;
    if (this.#passesPlainString()) return this.text.slice(start + 1, this.at - 1);
    const source = this.#escapedString();
    if (source.includes(NUL_ESCAPE)) throw OTHER;
    return JSON.parse(source);
  }

  /** Passes a string, whose opening quote comes next, if it holds no escapes. */
  #passesPlainString(): boolean {
    const all = this.#bytes;
    for (let at = this.at + 1;; at++) {
      const byte = all[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (byte === BACKSLASH || byte < 32) return false;
    }
  }

  /** Passes a string that holds escapes; returns its text with the quotes. */
  #escapedString(): string {
    const all = this.#bytes;
    const start = this.at;
    for (let at = start + 1;; at++) {
      const byte = all[at] as number;
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.at = at + 1;
        return this.text.slice(start, at + 1);
      } else if (byte < 32) throw OTHER;
    }
  }

  /** Passes any value. */
  skip(): void {
    this.#canonical(0);
  }

  /** Reads any value as `canonicalJson` writes it. */
  canonical(): string {
    const start = this.at;
    return this.#canonical(0) ?? this.text.slice(start, this.at);
  }

  /** Passes a value. Returns null if it is in canonical form already, otherwise that form. */
  #canonical(depth: number): string | null {
    switch (this.#bytes[this.at]) {
      case QUOTE:
        return this.#canonicalString();
      case 123:
        return this.#canonicalObject(depth);
      case 91:
        return this.#canonicalList(depth);
      case 116:
        this.expect(TRUE);
        return null;
      case 102:
        this.expect(FALSE);
        return null;
      case 110:
        this.expect(NULL);
        return null;
    }
    const start = this.at;
    if (this.smallInteger() !== null) return null;
    const source = this.text.slice(start, this.at);
    const text = canonicalJson(numeral(source));
    return text === source ? null : text;
  }

  #canonicalString(): string | null {
    if (this.#passesPlainString()) return null;
    const source = this.#escapedString();
    const text = JSON.stringify(JSON.parse(source));
    return text === source ? null : text;
  }

  #canonicalList(depth: number): string | null {
    if (depth > MAX_DEPTH) throw OTHER;
    const first = ++this.at;
    if (this.#bytes[first] === 93) {
      this.at++;
      return null;
    }
    let parts: string[] | null = null;
    for (let start = first;; start = this.at) {
      const text = this.#canonical(depth + 1);
      if (text !== null && parts === null) parts = start === first ? [] : [this.text.slice(first, start - 1)];
      parts?.push(text ?? this.text.slice(start, this.at));
      if (!this.passComma(93)) return parts === null ? null : `[${parts.join(",")}]`;
    }
  }

  #canonicalObject(depth: number): string | null {
    if (depth > MAX_DEPTH) throw OTHER;
    this.at++;
    if (this.#bytes[this.at] === 125) {
      this.at++;
      return null;
    }
    const first = this.#members.length;
    let isSorted = true;
    let texts: string[] | null = null;
    do {
      const key = this.at;
      this.#passKey();
      const last = this.#members.at(-1) as number;
      if (isSorted && this.#members.length > first) isSorted = isKeyBefore(this.#bytes, last, key);
      this.#members.push(key);
      this.pass(COLON);
      const value = this.at;
      const text = this.#canonical(depth + 1);
      if (text !== null) (texts ??= [])[this.#members.length - 1 - first] = this.text.slice(key, value) + text;
    } while (this.passComma(125));
    const members = isSorted && texts === null ? null : this.#members.slice(first);
    this.#members.length = first;
    return members === null ? null : `{${this.#sorted(members, texts ?? []).join(",")}}`;
  }

  /**
   * Texts of the members that begin at some offsets, by their keys; a text in `given` is used instead of its member.
   */
  #sorted(starts: readonly number[], given: readonly (string | undefined)[]): readonly string[] {
    const order = memberOrder(this.#bytes, starts);
    if (order === null) throw OTHER;
    return order.map((i) => given[i] ?? this.text.slice(starts[i], (starts[i + 1] ?? this.at) - 1));
  }

  /** Passes a key. One with escapes must not reach V8's parser (`exact_json.ts`), and is left to the slow way. */
  #passKey(): void {
    if (this.#bytes[this.at] !== QUOTE || !this.#passesPlainString()) throw OTHER;
  }
}
