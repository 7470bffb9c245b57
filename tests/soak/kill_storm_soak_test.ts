/** The hard promise of `--resume`, at full size. */
import assert from "node:assert/strict";
import { killStorm } from "../fixtures/running/kill_storm.ts";

Deno.test("kill -9 at 50 random moments of a backup of 100,000 rows and 500 media, then resume: same digests, nothing fetched twice", async () => {
  const report = await killStorm({ rows: 100_000, media: 500, kills: 50, latest: 1.25 });
  console.log(JSON.stringify(report));
  assert.equal(report.kills, 50);
  assert.ok(report.finished > 0 && report.committed > 0);
});
