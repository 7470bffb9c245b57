/** Done when: 300 changes behind NULs, in storage classes and in the catalogue, none of them called good. */
import assert from "node:assert/strict";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { replacedApp } from "../fixtures/apps/replaced_app.ts";
import { Chance } from "../fixtures/files/damage.ts";
import { hiddenDamage } from "../fixtures/files/hidden_damage.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";

Deno.test("300 hidden changes of finished files: none is called good when any reader could see a difference", async () => {
  for (const [what, content] of Object.entries({ "of every type": oddApp, "full of U+FFFD": replacedApp })) {
    console.log(what, JSON.stringify(await hiddenDamage(await backupOf(content()), 300, new Chance(29))));
  }
});
