/** `--resume` against `kill -9` at random moments, at a size for every day; `tests/soak` has the large one. */
import assert from "node:assert/strict";
import { killStorm } from "../fixtures/running/kill_storm.ts";

Deno.test("kill -9 at five random moments, then resume: same digests, nothing that was committed is fetched twice", async () => {
  const report = await killStorm({ rows: 12_000, media: 60, kills: 5 });
  assert.equal(report.kills, 5);
});
