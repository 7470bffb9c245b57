import assert from "node:assert/strict";
import { cutAround } from "../../../lib/ui/text/cut_around.ts";
import { textWidth } from "../../../lib/ui/text/text_width.ts";
import { fc } from "../../deps.ts";

Deno.test("cutAround() leaves texts that fit, and shows what differs of those that do not", () => {
  assert.deepEqual(cutAround("Emma (2nd ed.)", "Emma", 20), ["Emma (2nd ed.)", "Emma"]);
  const long = "a".repeat(100);
  assert.deepEqual(cutAround(`${long}X tail`, `${long}Y tail`, 12), ["…aaaX tail", "…aaaY tail"]);
  assert.deepEqual(cutAround(`X${long}`, `Y${long}`, 8), ["Xaaaaaa…", "Yaaaaaa…"]);
});

Deno.test("cutAround() never gives more than the width, and differing texts stay different where there is room", () => {
  const text = fc.string({ unit: "grapheme-ascii", maxLength: 80 });
  fc.assert(fc.property(text, text, text, fc.integer({ min: 8, max: 60 }), (same, a, b, width) => {
    const [x, y] = cutAround(same + a, same + b, width);
    assert.ok(textWidth(x) <= width && textWidth(y) <= width);
    assert.equal(x === y, a === b);
  }));
});
