import assert from "node:assert/strict";
import { parseByHand } from "../../lib/json/parse_by_hand.ts";
import { fc } from "../deps.ts";
import { jsonTexts } from "../fixtures/texts/json_texts.ts";
import { meaningOf } from "../fixtures/texts/source_json.ts";

Deno.test("parseByHand() gives what JSON.parse() gives", () => {
  const text = String
    .raw` {"a" : [1, -2.5e3, true, false, null, "\u00e9\n"], "b":{}, "c":[], "__proto__":[[ ]], "a":2 } `;
  assert.deepEqual(parseByHand(text), JSON.parse(text));
});

Deno.test("parseByHand() reads any JSON", () => {
  fc.assert(fc.property(jsonTexts, (text) => {
    // By way of text, since a key with a backslash would spoil V8's parser for every test after.
    assert.deepEqual(meaningOf(JSON.stringify(parseByHand(text))), meaningOf(JSON.stringify(plain(meaningOf(text)))));
  }));
});

Deno.test("parseByHand() refuses what JSON.parse() refuses", () => {
  const texts = [
    "",
    " ",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "]",
    "{",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    "{a:1}",
    "{1:1}",
  ];
  const more = [
    "01",
    "1.",
    ".5",
    "+1",
    "-",
    "1 2",
    "[1 2]",
    "tru",
    "nulll",
    '"',
    '"\\x"',
    '"\n"',
    "'a'",
    "\u00a01",
    "[1]]",
    '{"a" 1}',
  ];
  for (const text of [...texts, ...more]) {
    assert.throws(() => JSON.parse(text), SyntaxError, text);
    assert.throws(() => parseByHand(text), SyntaxError, text);
  }
});

/** A meaning as a value with JavaScript's own numbers. */
function plain(meaning: unknown): unknown {
  if (meaning instanceof Map) return Object.fromEntries([...meaning].map(([key, value]) => [key, plain(value)]));
  if (Array.isArray(meaning)) return meaning.map(plain);
  const [, kind, text = ""] = /^(\w+) ?([^]*)$/.exec(String(meaning)) ?? [];
  if (kind === "string") return text;
  return JSON.parse(kind === "true" || kind === "false" || kind === "null" ? kind : text);
}
