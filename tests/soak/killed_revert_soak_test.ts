/** Reverts with relinking that are killed sixty times on each storage, at any of their calls, and taken up again. */
import assert from "node:assert/strict";
import { killReverts } from "../fixtures/running/killed_revert.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const KILLS = soakShare(60);
const NAMED = KILLS === 60 ? "sixty" : String(KILLS);

for (const storage of ["classic", "split"] as const) {
  Deno.test(`${NAMED} kills of reverts with relinking: each ends as an undisturbed one (${storage})`, async () => {
    assert.ok(await killReverts({ kills: KILLS, storage }) >= KILLS);
  });
}
