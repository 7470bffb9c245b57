/** Properties of whole restores over a real socket. */
import assert from "node:assert/strict";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { emptied, restoredApp } from "../fixtures/running/restored_app.ts";
import { assertRestored, asStored } from "../fixtures/running/round_trips.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Apps tried each day; the soak tries 100. */
const RUNS = timesAsked(6);

Deno.test("restore(backup(x)) equals x up to the id map, for any app", () =>
  fc.assert(fc.asyncProperty(anyApp.map(asStored), assertRestored), { numRuns: RUNS }));

Deno.test("restore(backup(x)) of an app without a row writes nothing, and leaves no id map", async () => {
  await using app = await restoredApp(emptied(sampleApp(), "ANYAPP"));
  const result = await app.apply();
  assert.deepEqual([result.exitCode, result.inserted, result.proof.rows], [0, 0, 0]);
  assert.ok(!app.dir.names().some((name) => name.includes("idmap")), app.dir.names().join(" "));
  await app.assertEqual();
});
