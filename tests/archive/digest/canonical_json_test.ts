/** The canonical form made from a JSON text is the one made from the value it says, or is left to the parser. */
import assert from "node:assert/strict";
import { ByteBuffer } from "../../../lib/archive/digest/byte_buffer.ts";
import { appendJson } from "../../../lib/archive/digest/canonical.ts";
import { appendJsonText } from "../../../lib/archive/digest/canonical_json.ts";
import { canonicalJson, parseExact } from "../../../lib/json/exact_json.ts";
import { fc } from "../../deps.ts";
import { jsonTexts } from "../../fixtures/texts/json_texts.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

const START = "before";

/** What each way appends to a buffer that holds something already; null for text that is left to the other. */
function bothWays(text: string): readonly [quick: string | null, slow: string | null] {
  const [quick, slow] = [new ByteBuffer(), new ByteBuffer()];
  for (const out of [quick, slow]) out.bareText(START);
  const start = quick.length;
  const taken = appendJsonText(quick, text);
  if (!taken) assert.equal(quick.length, start, "nothing is left behind");
  let parsed = true;
  try {
    appendJson(slow, parseExact(text));
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    parsed = false;
  }
  const hex = (out: ByteBuffer) => out.bytes().toHex();
  return [taken ? hex(quick) : null, parsed ? hex(slow) : null];
}

function assertSame(text: string): boolean {
  const [quick, slow] = bothWays(text);
  if (quick !== null) {
    assert.equal(quick, slow, text);
    // A text with half a surrogate pair is in no file: SQLite's are UTF-8.
    if (text.isWellFormed()) {
      assert.equal(canonicalJson(parseExact(text)), text, "only what is spelled as this program spells it is taken");
    }
  }
  return quick !== null;
}

Deno.test("JSON as this program writes it has the same canonical form in both ways", () => {
  let taken = 0;
  let texts = 0;
  fc.assert(
    fc.property(jsonTexts, (text) => {
      texts++;
      if (assertSame(canonicalJson(parseExact(text)))) taken++;
      assertSame(text);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(taken > texts / 2, `${taken} of ${texts}`);
});

Deno.test("JSON of which a character was changed has the same canonical form in both ways, or none", () => {
  const pieces = fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", ":", "0", "1", "-", ".", "e", "null", " ", "");
  const where = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(jsonTexts, where, fc.nat({ max: 2 }), pieces, (text, where, dropped, piece) => {
      const written = canonicalJson(parseExact(text));
      const at = Math.floor(where * written.length);
      assertSame(written.slice(0, at) + piece + written.slice(at + dropped));
    }),
    { numRuns: timesAsked(600) },
  );
});

const SAME: readonly string[] = [
  `{"":1,"a":[],"b":{}}`,
  `{"__proto__":{"x":1},"a":2}`,
  `{"10":1,"9":2}`,
  `[1,1.0,-0.0,0,1e5,1e400,9007199254740993,123456789012345678901234567890,0.1,0.30000000000000004]`,
  `"héllo 日🎉"`,
  "-17",
  "true",
  "[".repeat(90) + "]".repeat(90),
];
const LEFT: readonly string[] = [
  "1E5",
  "1e+5",
  `{"b":1,"a":2}`,
  `{"a":1,"a":2}`,
  `[1, 2]`,
  `"a\\nb"`,
  `{"a\\u0000":1}`,
  "",
  "[",
  "{",
  "01",
  "1.",
  "[1,]",
  `{"a":}`,
  `{"a"}`,
  `{1:2}`,
  `"a`,
  "nul",
  "[1]x",
  `"a\u0001b"`,
  "[".repeat(200) + "]".repeat(200),
];

for (const text of SAME) {
  Deno.test(`the canonical form of ${text.slice(0, 40)} is made from its text`, () => assert.ok(assertSame(text)));
}
for (const text of LEFT) {
  Deno.test(`${JSON.stringify(text.slice(0, 40))} is left to the parser`, () => assert.ok(!assertSame(text)));
}
