/** What most readers do not see of a file, changed: `verify` says so. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { replacedApp } from "../fixtures/apps/replaced_app.ts";
import { Chance } from "../fixtures/files/damage.ts";
import { hiddenDamage } from "../fixtures/files/hidden_damage.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

for (const [what, content] of Object.entries({ "of every type": oddApp, "full of U+FFFD": replacedApp })) {
  Deno.test(`verify calls no file ${what} good in which something was changed behind a NUL, in storage classes, or in the catalogue`, async () => {
    const report = await hiddenDamage(await backupOf(content()), timesAsked(10), new Chance(11));
    assert.ok((report.damaged["behind a NUL"] ?? 0) >= 1);
  });
}

Deno.test("verify of a file whose media have a NUL in their hashes comes to an end, and says so", async () => {
  using dir = tempDir();
  const path = dir.file("a.sqlite");
  Deno.writeFileSync(path, await backupOf(oddApp()));
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec("UPDATE _anvil_blobs SET sha256 = sha256 || char(0) || 'x'");
  database.close();
  const { code, out } = await runHere(["verify", path]);
  assert.equal(code, 4);
  assert.match(out, /Table '_anvil_blobs' of the file holds a NUL, behind which nothing is read/);
});
