/** A restore that is killed and taken up again; the soak task does it fifty times. */
import assert from "node:assert/strict";
import { killPlans } from "../fixtures/running/killed_plan.ts";
import { killRestores } from "../fixtures/running/killed_restore.ts";

Deno.test("restores that are killed at random moments and taken up again bring back each row once", async () => {
  const { kills } = await killRestores({ size: { rows: 2_100, links: 1_000, media: 20 }, kills: 2, at: "call" });
  assert.equal(kills, 2);
});

Deno.test("restores that are killed while they plan go on, in each of the three ways that a user may take", async () => {
  const kills = await killPlans(3);
  assert.equal(kills.unnamed + kills.named, 3);
});
