/** Done when: 60 kills and 200 flipped bytes of a vault; `SOAK_SHARE=0.2` does a fifth. */
import assert from "node:assert/strict";
import { soakShare } from "../fixtures/running/soak_share.ts";
import { damageVault } from "../fixtures/vault/vault_damage.ts";
import { vaultStorm } from "../fixtures/vault/vault_storm.ts";

/** Fewer in a part of a soak, since each kill costs a vault of them. */
const ROWS = Math.max(4_000, soakShare(20_000));

for (const what of ["vault add", "backup --vault", "prune"] as const) {
  Deno.test(`kill -9 at 20 random moments of ${what}: the vault is as before or as after`, async () => {
    const kills = soakShare(20);
    const report = await vaultStorm(what, { kills, rows: ROWS, seed: 20_261_129 });
    console.log(what, JSON.stringify(report));
    assert.equal(report.kills, kills);
  });
}

Deno.test("200 changed bytes of a vault: none is called good", () => damageVault(soakShare(200), 20_261_130));
