/** JSON with strings, numbers and blanks of megabytes: read, written and sorted as it is. */
import assert from "node:assert/strict";
import { canonicalJson, numeral, parseExact, stringifyExact } from "../../lib/json/exact_json.ts";
import { parseByHand } from "../../lib/json/parse_by_hand.ts";

const MIB = 1_048_576;

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
