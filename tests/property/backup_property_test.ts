/** Properties of whole backups over a real socket. */
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { assertBackedUp } from "../fixtures/running/round_trips.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Apps tried each day; the soak tries 100. */
const RUNS = timesAsked(6);

Deno.test("backup(serve(file)) has the same digests as file, and verifies, for any app", () =>
  fc.assert(fc.asyncProperty(anyApp, assertBackedUp), { numRuns: RUNS }));
