import assert from "node:assert/strict";
import { plainLines, plainText } from "../../../lib/ui/text/plain_text.ts";
import { fc } from "../../deps.ts";
import { anyCharacter } from "../../fixtures/texts/any_character.ts";

Deno.test("plainText() leaves ordinary text of any script alone", () => {
  for (const text of ["orders", "Köche", "日本語", "می‌خواهم", "👩‍🔬", "a\\b", ""]) assert.equal(plainText(text), text);
});

Deno.test("plainText() shows controls as escapes, so that nothing moves the cursor or sets a title", () => {
  assert.equal(plainText("a\x1b[2Jb"), "a\\x1b[2Jb");
  assert.equal(plainText("\x1b]0;owned\x07"), "\\x1b]0;owned\\x07");
  assert.equal(plainText("one\ntwo\r\tthree"), "one\\ntwo\\r\\tthree");
  assert.equal(plainText("\x00\x7f\x9b31m"), "\\x00\\x7f\\x9b31m");
});

Deno.test("plainText() shows what reverses the reading order, hides, or is half a character", () => {
  assert.equal(plainText("user\u202egnp.exe"), "user\\u{202e}gnp.exe");
  assert.equal(plainText("\u2066x\u2069"), "\\u{2066}x\\u{2069}");
  assert.equal(plainText("pay\u200bpal\ufeff"), "pay\\u{200b}pal\\u{feff}");
  assert.equal(plainText("\u{e0041}"), "\\u{e0041}");
  assert.equal(plainText("\ud800"), "\\u{d800}");
  assert.equal(plainText("a\u2028b"), "a\\u{2028}b");
});

Deno.test("plainText() never lets an unsafe character through, whatever the text, and is the same twice", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    const shown = plainText(text);
    assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    assert.equal(plainText(shown), shown);
  }));
});

Deno.test("plainLines() keeps line ends and indents what follows, so that no line poses as a message", () => {
  assert.equal(
    plainLines("server said:\nerror: all lost\r\n\x1b[1mbye"),
    "server said:\n  error: all lost\n  \\x1b[1mbye",
  );
});
