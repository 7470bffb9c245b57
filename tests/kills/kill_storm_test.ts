/** `--resume` against `kill -9` at random moments, at a size for every day; `tests/soak` has the large one. */
import assert from "node:assert/strict";
import { killStorm } from "../fixtures/running/kill_storm.ts";

Deno.test("kill -9 at three random moments, then resume: same digests, nothing that was committed is fetched twice", async () => {
  const report = await killStorm({ rows: 4_000, media: 30, kills: 3, latest: 1 });
  assert.equal(report.kills, 3);
});
