/** Random kills during a restore, each followed by a resume: no row twice, none missing, links right. */
import assert from "node:assert/strict";
import { killPlans } from "../fixtures/running/killed_plan.ts";
import { killRestores } from "../fixtures/running/killed_restore.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const KILLS = soakShare(50);
const PLAN_KILLS = soakShare(60);
/** Rows that each restore brings back: fewer in a part of a soak. */
const ROWS = Math.max(4_000, soakShare(12_000));

Deno.test("random kills during restores, each followed by a resume, bring back each row once", async () => {
  const { kills, restores } = await killRestores({
    size: { rows: ROWS, links: ROWS / 4, media: ROWS / 80 },
    kills: KILLS,
    // A moment often comes before the id map, on a busy machine above all, and then costs a whole restore for nothing.
    at: KILLS < 50 ? "call" : "time",
  });
  assert.equal(kills, KILLS);
  console.log(`${kills} kills, ${restores} restores brought to their end`);
});

Deno.test("kills aimed at the creation of the id map and at planning: whoever follows the hints goes on", async () => {
  const kills = await killPlans(PLAN_KILLS);
  console.log(JSON.stringify(kills));
  assert.equal(kills.unnamed + kills.named, PLAN_KILLS);
});
