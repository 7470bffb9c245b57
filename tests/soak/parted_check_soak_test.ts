/** A check by two threads at full size. A part of a soak damages one of the three rows, each time another. */
import { assertPartedCheck } from "../fixtures/running/parted_check.ts";
import { soakChoice } from "../fixtures/running/soak_share.ts";

const DAMAGED = [0, 85_000, 169_999];
const CHOSEN = soakChoice(DAMAGED.length);

Deno.test("a large table is checked in parts, in two threads, and damage is found whichever of them reads it", (t) =>
  assertPartedCheck(t, { rows: 170_000, padding: 60, parts: 6, damaged: DAMAGED.filter((_, i) => CHOSEN.has(i)) }));
