/** A check by two threads at full size. */
import { assertPartedCheck } from "../fixtures/running/parted_check.ts";

Deno.test("a large table is checked in parts, in two threads, and damage is found whichever of them reads it", (t) =>
  assertPartedCheck(t, { rows: 170_000, padding: 60, parts: 6, damaged: [0, 85_000, 169_999] }));
