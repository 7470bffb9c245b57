/** Done when: 50 random kills during a restore, each followed by a resume: no row twice, none missing, links right. */
import assert from "node:assert/strict";
import { killRestores } from "../fixtures/running/killed_restore.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const KILLS = soakShare(50);

Deno.test(`${KILLS} random kills during restores, each followed by a resume, bring back each row once`, async () => {
  const { kills, restores } = await killRestores({
    size: { rows: 12_000, links: 3_000, media: 150 },
    kills: KILLS,
    at: "time",
  });
  assert.equal(kills, KILLS);
  console.log(`${kills} kills, ${restores} restores brought to their end`);
});
