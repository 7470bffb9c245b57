import assert from "node:assert/strict";
import { decodeText } from "../../../lib/cli/input/decode_text.ts";
import { fc } from "../../deps.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) bytes.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(bytes.buffer);
}

Deno.test("decodeText() reads any text in UTF-8 and in UTF-16, with its byte order mark, as it was written", () => {
  const written = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0") && !text.startsWith("\uFEFF"));
  fc.assert(fc.property(written, (text) => {
    assert.deepEqual(decodeText(utf8(text)), { text });
    assert.deepEqual(decodeText(utf8(`\uFEFF${text}`)), { text });
    assert.deepEqual(decodeText(utf16(`\uFEFF${text}`, true)), { text });
    assert.deepEqual(decodeText(utf16(`\uFEFF${text}`, false)), { text });
  }));
});

Deno.test("decodeText() reads UTF-16 without a mark, when it begins with a plain letter", () => {
  for (const littleEndian of [true, false]) {
    assert.deepEqual(decodeText(utf16("tables: Bücher 📚", littleEndian)), { text: "tables: Bücher 📚" });
  }
  assert.ok("why" in decodeText(Uint8Array.from([97, 0, 0, 0, 98, 0])));
});

Deno.test("decodeText() puts no replacement in the place of a character that it cannot read", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const decoded = decodeText(bytes);
      if ("why" in decoded || !decoded.text.includes("\uFFFD")) return;
      const again = [utf8(decoded.text), utf16(`\uFEFF${decoded.text}`, true), utf16(`\uFEFF${decoded.text}`, false)];
      again.push(utf16(decoded.text, true), utf16(decoded.text, false));
      assert.ok(again.some((own) => own.join() === bytes.join()), "it was in the file already");
    }),
    { numRuns: timesAsked(500) },
  );
});

for (
  const [what, bytes, why] of [
    ["Windows-1252", [97, 10, 98, 0xe9, 10], "line 2 is not UTF-8 text"],
    ["UTF-8 that ends within a character", [97, 0xc3], "line 1 is not UTF-8 text"],
    ["a zero byte in UTF-8", [97, 98, 0], "it has zero bytes, so it is UTF-16 or not text at all"],
    ["UTF-16 with half a pair", [0xff, 0xfe, 0x3d, 0xd8], "it is damaged UTF-16 text"],
    ["UTF-16 with half a character", [0xff, 0xfe, 97], "it is damaged UTF-16 text"],
    ["UTF-32", [0xff, 0xfe, 0, 0, 97, 0, 0, 0], "it is UTF-32 text"],
  ] as const
) {
  Deno.test(`decodeText() refuses ${what}, with the reason`, () => {
    assert.deepEqual(decodeText(Uint8Array.from(bytes)), { why });
  });
}
