/** The vault is as before or as after, whenever a run that writes to it is killed; `tests/soak` kills more. */
import assert from "node:assert/strict";
import { vaultStorm } from "../fixtures/vault/vault_storm.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const KILLS = timesAsked(2);

for (const what of ["vault add", "backup --vault", "prune"] as const) {
  Deno.test(`kill -9 at random moments of ${what}: the vault is as before or as after`, async () => {
    const report = await vaultStorm(what, { kills: KILLS, rows: 3_000, seed: 20_261_128 });
    console.log(what, JSON.stringify(report));
    assert.equal(report.kills, KILLS);
  });
}
