import { jsonObject } from "../../lib/json/json_object.ts";
import assert from "node:assert/strict";
import {
  canonicalJson,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  jsonString,
  numberSource,
  numeral,
  parseExact,
  stringifyExact,
  stringOf,
} from "../../lib/json/exact_json.ts";
import { fc } from "../deps.ts";
import { jsonTexts, numberTexts, ODD_NUMBERS, ODD_STRINGS, strings } from "../fixtures/texts/json_texts.ts";
import { meaningOf, numberMeaning } from "../fixtures/texts/source_json.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** A number that a JavaScript number tells whole, kind and all, is one; this says which. */
function isPlainNumber(source: string): boolean {
  const value = Number(source);
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) && !Object.is(value, -0);
  return Number.isFinite(value) && !Number.isInteger(value);
}

Deno.test("parseExact() gives plain numbers where JavaScript holds them, and their source text where not", () => {
  const given = (source: string) => parseExact(`[${source}]`);
  assert.deepEqual(given("5"), [5]);
  assert.deepEqual(given("1.5"), [1.5]);
  assert.deepEqual(given("1e-7"), [1e-7]);
  assert.deepEqual(given("1.0"), ["\u00001.0"]);
  assert.deepEqual(given("-0"), ["\u0000-0"]);
  assert.deepEqual(given("-0.0"), ["\u0000-0.0"]);
  assert.deepEqual(given("1e22"), ["\u00001e22"]);
  assert.deepEqual(given("9007199254740993"), ["\u00009007199254740993"]);
  assert.deepEqual(given("9".repeat(400)), [`\u0000${"9".repeat(400)}`]);
});

Deno.test("parseExact() leaves everything that looks like a number inside a string alone", () => {
  const text = String.raw`["1.0", "a 12345678901234567890 b", "[1e22]", "\"1.0, ", "\\", 1.0, "é\u00e9", "\/"]`;
  assert.deepEqual(parseExact(text), [
    "1.0",
    "a 12345678901234567890 b",
    "[1e22]",
    '"1.0, ',
    "\\",
    "\u00001.0",
    "éé",
    "/",
  ]);
});

Deno.test("parseExact() and stringifyExact() keep strings and keys that begin with NUL apart from numerals", () => {
  const text = String.raw`{"\u00001.0":"\u00001.0","n":1.0,"s":"\u0000\u0000"}`;
  const value = parseExact(text);
  assert.ok(isObject(value));
  assert.equal(stringOf(Object.values(value)[0]), "\u00001.0");
  assert.equal(numberSource(value["n"] ?? null), "1.0");
  assert.equal(stringOf(value["s"]), "\u0000\u0000");
  assert.equal(stringifyExact(value), text);
});

Deno.test("parseExact() reads every key right after one with a backslash, which V8 15.0 alone does not", () => {
  const keys = (text: string) => Object.keys(parseExact(text) as JsonObject);
  assert.deepEqual(keys(String.raw`{"poison":1,"\\":2}`), ["poison", "\\"]);
  assert.deepEqual(keys(String.raw`{"poison":1,"\n":2}`), ["poison", "\n"]);
  assert.deepEqual(keys(String.raw`{"poison":1,"\u6f22":2}`), ["poison", "漢"]);
  assert.deepEqual(keys(String.raw`{"other":1,"\u005cn" : 2}`), ["other", "\\n"]);
  assert.deepEqual(keys(String.raw`{"other":1,"\nX":2}`), ["other", "\nX"]);
  assert.deepEqual(keys(String.raw`{"\\":"C:\\","\"":1,"\\\"":1.0,"__proto__":[{}]}`), ["\\", '"', '\\"', "__proto__"]);
});

Deno.test("parseExact() refuses what is not JSON, also where a numeral would have hidden it", () => {
  const texts = [
    "",
    "[1.0",
    "{1.0:2}",
    "1.0.0",
    "01",
    "[012345678901234567890]",
    "[-01.0]",
    "+1",
    ".5",
    "1.",
    "[1.0 2.0]",
  ];
  for (const text of texts) assert.throws(() => parseExact(text), SyntaxError, text);
});

Deno.test("parseExact() keeps value and kind of any number, wherever it stands", () => {
  const frames = fc.constantFrom(
    "_",
    "[_]",
    "[ _ ]",
    '{"a":_}',
    '{"a": _ ,"b":"x"}',
    '["9e1", _]',
    "[0,_\n]",
    '{"a":[_,_]}',
  );
  fc.assert(
    fc.property(numberTexts, frames, (number, frame) => {
      const text = frame.replaceAll("_", number);
      let found = 0;
      const visit = (value: Json): void => {
        const source = numberSource(value);
        if (source !== null && source !== "0") found++;
        if (source !== null && value !== 0) assert.equal(numberMeaning(source), numberMeaning(number));
        if (isPlainNumber(number) && source !== null && value !== 0) assert.equal(value, Number(number));
        if (isArray(value)) value.forEach(visit);
        else if (isObject(value)) Object.values(value).forEach(visit);
      };
      visit(parseExact(text));
      if (number !== "0") assert.equal(found, frame.split("_").length - 1);
    }),
    { numRuns: timesAsked(500), examples: ODD_NUMBERS.map((number) => [number, '{"a":_}'] as [string, string]) },
  );
});

Deno.test("stringifyExact() gives back what parseExact() took, whatever it was", () => {
  fc.assert(
    fc.property(jsonTexts, (text) => {
      assert.deepEqual(meaningOf(stringifyExact(parseExact(text))), meaningOf(text));
    }),
    { numRuns: timesAsked(500) },
  );
});

Deno.test("stringifyExact() writes a numeral as it stood, digit by digit", () => {
  for (const number of ODD_NUMBERS) {
    const text = `[${number}]`;
    if (!isPlainNumber(number)) assert.equal(stringifyExact(parseExact(text)), text);
  }
});

Deno.test("canonicalJson() sorts keys at every depth, by UTF-16 code unit, and writes no space", () => {
  const text = '{"b": {"z": 1, "a": [ {"y": 1.0, "x": null} ]}, "B": 2, "\uff61": 3, "😀": 4, "": 5, "10": 6, "9": 7}';
  assert.equal(
    canonicalJson(parseExact(text)),
    '{"":5,"10":6,"9":7,"B":2,"b":{"a":[{"x":null,"y":1.0}],"z":1},"😀":4,"\uff61":3}',
  );
});

Deno.test("canonicalJson() gives scalars their JSON text", () => {
  const texts = ["null", "true", "1", "1.0", "1e22", "-0", '"a"', String.raw`"\u00001.0"`, String.raw`"\ud800"`, '""'];
  for (const text of texts) assert.equal(canonicalJson(parseExact(text)), text);
});

Deno.test("canonicalJson() is the same for any order of keys, says the same, and is its own canonical form", () => {
  const reversed = (value: Json): Json => {
    if (isArray(value)) return value.map(reversed);
    if (!isObject(value)) return value;
    return jsonObject(Object.entries(value).reverse().map(([key, item]) => [key, reversed(item)]));
  };
  fc.assert(
    fc.property(jsonTexts, (text) => {
      const canonical = canonicalJson(parseExact(text));
      assert.deepEqual(meaningOf(canonical), meaningOf(text));
      assert.equal(canonicalJson(reversed(parseExact(text))), canonical);
      assert.equal(canonicalJson(parseExact(canonical)), canonical);
    }),
    { numRuns: timesAsked(250) },
  );
});

Deno.test("jsonString() and stringOf() are each other's inverse, and no string is a number", () => {
  fc.assert(
    fc.property(strings, (text) => {
      const value = jsonString(text);
      assert.equal(stringOf(value), text);
      assert.equal(numberSource(value), null);
      assert.deepEqual(parseExact(stringifyExact(value)), value);
    }),
    { examples: ODD_STRINGS.map((text) => [text] as [string]) },
  );
});

Deno.test("numeral() and numberSource() keep a number's value and kind, and no number is a string", () => {
  fc.assert(fc.property(numberTexts, (source) => {
    const value = numeral(source);
    assert.equal(numberMeaning(numberSource(value) ?? ""), numberMeaning(source));
    assert.equal(stringOf(value), null);
    assert.deepEqual(numeral(numberSource(value) ?? ""), value);
  }));
});

Deno.test("stringOf() and numberSource() give null for what is neither", () => {
  for (const value of [null, true, false, [], {}, ["a"], [1]]) {
    assert.equal(stringOf(value), null);
    assert.equal(numberSource(value), null);
  }
  assert.equal(stringOf(undefined), null);
  assert.equal(stringOf(1), null);
  assert.equal(numberSource("1"), null);
});
