/** Of several results the worst is the program's, in the order that the design gives. */
import assert from "node:assert/strict";
import { EXIT, worstExit } from "../lib/exit_codes.ts";

const FROM_WORST = [130, 143, 129, 1, 2, 20, 21, 11, 12, 10, 13, 5, 4, 3, 6, 0] as const;

Deno.test("every exit code has its place among the others", () => {
  assert.deepEqual(Object.values(EXIT).toSorted((a, b) => a - b), FROM_WORST.toSorted((a, b) => a - b));
  FROM_WORST.forEach((code, i) => {
    assert.equal(worstExit(FROM_WORST.slice(i).toReversed()), code);
    assert.equal(worstExit([code]), code);
  });
  assert.equal(worstExit([]), 0);
});
