/** What most readers do not see, changed in finished files: none of them is called good. */
import assert from "node:assert/strict";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { replacedApp } from "../fixtures/apps/replaced_app.ts";
import { Chance } from "../fixtures/files/damage.ts";
import { hiddenDamage } from "../fixtures/files/hidden_damage.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const CHANGES = soakShare(300);

for (const [what, content] of Object.entries({ "of every type": oddApp, "full of U+FFFD": replacedApp })) {
  Deno.test(`hidden changes of files ${what}: none is called good when any reader could see a difference`, async () => {
    const report = await hiddenDamage(await backupOf(content()), CHANGES, new Chance(29));
    console.log(JSON.stringify(report));
    assert.ok(Object.values(report.damaged).reduce((sum, count) => sum + count, 0) > CHANGES * 0.7);
  });
}
