/** Partial files and id maps damaged at random, each gone on with: nothing wrong gets a final name. */
import assert from "node:assert/strict";
import { damageMaps } from "../fixtures/running/damaged_maps.ts";
import { damageStorm } from "../fixtures/running/damage_storm.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const DAMAGES = soakShare(500);

Deno.test("partial files damaged at random, at any moment of a run, each resumed: none that gets its name is wrong", async () => {
  const report = await damageStorm(DAMAGES, 17);
  console.log(JSON.stringify(report));
  assert.equal(report.damages, DAMAGES);
  assert.ok(report.mended > DAMAGES / 10 && report.unharmed > DAMAGES / 10, "both ways are gone");
});

Deno.test("id maps damaged at random, at any moment of a restore: each is refused, or says what was written into it", async () => {
  const report = await damageMaps(DAMAGES, 23);
  console.log(JSON.stringify(report));
  assert.ok(report.refused > DAMAGES * 0.4 && report.same > DAMAGES / 10);
});
