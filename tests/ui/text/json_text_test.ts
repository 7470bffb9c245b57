import assert from "node:assert/strict";
import { jsonText } from "../../../lib/ui/text/json_text.ts";

Deno.test("jsonText() escapes whatever could steer a terminal or turn its text around, and reads back equal", () => {
  const value = { text: "a\x1b[31m \x7f \x9b \u2028 \u202e \u{e0001} é 漢 😀" };
  const text = jsonText(value);
  assert.equal(text, String.raw`{"text":"a\u001b[31m \u007f \u009b \u2028 \u202e \udb40\udc01 é 漢 😀"}`);
  assert.deepEqual(JSON.parse(text), value);
});

Deno.test("jsonText() is compact unless an indent is given", () => {
  assert.equal(jsonText({ a: [1] }), '{"a":[1]}');
  assert.equal(jsonText({ a: [1] }, 2), '{\n  "a": [\n    1\n  ]\n}');
});
