/** Strings of any length: a message of 16 MiB may be one. */
import assert from "node:assert/strict";
import { endOfNumber, endOfString, mapTokens } from "../../lib/json/json_tokens.ts";
import { fc } from "../deps.ts";
import { jsonTexts, numberTexts, strings } from "../fixtures/texts/json_texts.ts";

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
