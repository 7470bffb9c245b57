/** Unfinished files that chance has damaged. */
import assert from "node:assert/strict";
import { damageStorm } from "../fixtures/running/damage_storm.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const DAMAGES = timesAsked(6);

Deno.test("partial files damaged at random, at any moment of a run: what gets its name is what the app holds", async () => {
  const report = await damageStorm(DAMAGES, 20_261_124);
  assert.equal(report.damages, DAMAGES);
});
