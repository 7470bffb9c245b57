/** Done when: 500 random damages of partial files, each resumed: nothing wrong gets a final name. */
import assert from "node:assert/strict";
import { damageMaps } from "../fixtures/running/damaged_maps.ts";
import { damageStorm } from "../fixtures/running/damage_storm.ts";

Deno.test("500 partial files damaged at random, at any moment of a run, each resumed: none that gets its name is wrong", async () => {
  const report = await damageStorm(500, 17);
  console.log(JSON.stringify(report));
  assert.equal(report.damages, 500);
  assert.ok(report.mended > 50 && report.unharmed > 50, "both ways are gone");
});

Deno.test("500 id maps damaged at random, at any moment of a restore: each is refused, or says what was written into it", async () => {
  const report = await damageMaps(500, 23);
  console.log(JSON.stringify(report));
  assert.ok(report.refused > 200 && report.same > 50);
});
