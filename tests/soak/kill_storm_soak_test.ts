/** The hard promise of `--resume`, at full size. */
import assert from "node:assert/strict";
import { killStorm } from "../fixtures/running/kill_storm.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const KILLS = soakShare(50);

Deno.test("kill -9 at random moments of a backup of 100,000 rows and 500 media, then resume: same digests, nothing fetched twice", async () => {
  const report = await killStorm({ rows: 100_000, media: 500, kills: KILLS, latest: 1.25 });
  console.log(JSON.stringify(report));
  assert.equal(report.kills, KILLS);
  assert.ok(report.finished > 0 && report.committed > 0);
});
