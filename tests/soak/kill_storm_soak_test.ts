/** The hard promise of `--resume`, at full size. */
import assert from "node:assert/strict";
import { killStorm } from "../fixtures/running/kill_storm.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const KILLS = soakShare(50);
/** A part of a soak has fewer rows and media too, since each kill costs a backup of them. */
const ROWS = Math.max(20_000, soakShare(100_000));
const MEDIA = Math.max(100, soakShare(500));

Deno.test(`kill -9 at random moments of a backup of ${ROWS} rows and ${MEDIA} media, then resume: same digests, nothing fetched twice`, async () => {
  const report = await killStorm({ rows: ROWS, media: MEDIA, kills: KILLS, latest: 1.25 });
  console.log(JSON.stringify(report));
  assert.equal(report.kills, KILLS);
  assert.ok(report.finished > 0 && report.committed > 0);
});
