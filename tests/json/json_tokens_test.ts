/** Strings of any length: a message of 16 MiB may be one. */
import assert from "node:assert/strict";
import { canonicalJson, numeral, parseExact, stringifyExact } from "../../lib/json/exact_json.ts";
import { endOfNumber, endOfString, mapTokens } from "../../lib/json/json_tokens.ts";
import { parseByHand } from "../../lib/json/parse_by_hand.ts";
import { fc } from "../deps.ts";
import { jsonTexts, numberTexts, strings } from "../fixtures/texts/json_texts.ts";

const MIB = 1_048_576;

Deno.test("endOfString() and endOfNumber() find the end of any string and number, whatever follows", () => {
  fc.assert(fc.property(strings, fc.string(), (string, rest) => {
    const text = JSON.stringify(string);
    assert.equal(endOfString(`, ${text}${rest}`, 2), 2 + text.length);
  }));
  fc.assert(fc.property(numberTexts, fc.constantFrom("", ",", "]", " ", "}"), (number, rest) => {
    assert.equal(endOfNumber(`[${number}${rest}`, 1), 1 + number.length);
  }));
  for (const text of ["", "-", "a", ".5", "+1"]) assert.equal(endOfNumber(text, 0), 0);
  for (const text of ["1.", "1e", "1e+", "01", "1-2"]) assert.equal(endOfNumber(text, 0), 1);
  for (const text of ['"', '"a', '"a\\"']) assert.equal(endOfString(text, 0), text.length);
});

Deno.test("mapTokens() is told of each string and number of a JSON text, and of nothing else", () => {
  const words = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  fc.assert(fc.property(jsonTexts, (text) => {
    const found: string[] = [];
    const same = mapTokens(text, (start, end) => (found.push(text.slice(start, end)), null), (token) => {
      found.push(token);
      return null;
    });
    assert.equal(same, text);
    assert.deepEqual(found, text.match(words) ?? []);
    const counted = mapTokens(text, () => "s", () => "n");
    assert.equal(counted, text.replace(words, (word) => word.startsWith('"') ? "s" : "n"));
  }));
});

for (
  const [what, long] of [
    ["plain text", "x".repeat(9 * MIB)],
    ["escapes", "\n".repeat(2 * MIB)],
    ["quotes and backslashes", '"\\'.repeat(MIB)],
  ] as const
) {
  Deno.test(`a string of megabytes, of ${what}, beside 1.0 is parsed, written and sorted as it is`, () => {
    const value = { b: long, a: numeral("1.0"), "\u0000\u0000c": "\u0000\u0000" };
    const text = stringifyExact(value);
    const parsed = parseExact(text);
    assert.ok(stringifyExact(parsed) === text);
    assert.ok(canonicalJson(parseExact(text.replace("1.0", "1E+5"))).includes(`"a":1e5,"b":${JSON.stringify(long)}`));
    const byHand = parseByHand(`{"\\\\":${JSON.stringify(long)}}`) as Record<string, string>;
    assert.ok(byHand["\\"] === long);
  });
}

Deno.test("parseExact() reads a number of a million digits, and blanks of a million characters", () => {
  const digits = "7".repeat(MIB);
  assert.ok(parseExact(`[${" ".repeat(MIB)}${digits}]`) as unknown instanceof Array);
  assert.ok(stringifyExact(parseExact(`{"a":${digits}}`)) === `{"a":${digits}}`);
});
