/** A revert that is killed and taken up again; the soak task does it sixty times on each storage. */
import assert from "node:assert/strict";
import { killReverts } from "../fixtures/running/killed_revert.ts";

for (const storage of ["classic", "split"] as const) {
  Deno.test(`reverts that are killed at random moments and taken up again end as undisturbed ones (${storage})`, async () => {
    assert.equal(await killReverts({ kills: 2, storage }), 2);
  });
}
