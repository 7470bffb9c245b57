/** One changed byte at a time, in hundreds of files. */
import { damage, DAMAGED_APPS } from "../fixtures/files/byte_damage.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const FLIPS = soakShare(200);

for (const [what, content] of Object.entries(DAMAGED_APPS)) {
  Deno.test(`verify calls none of the files ${what} good in which one byte was changed, but where SQLite keeps no meaning`, async () =>
    damage(what, await backupOf(content()), FLIPS));
}
