/** Properties of whole backups and restores over a real socket, for many apps. */
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { assertBackedUp, assertRestored, asStored } from "../fixtures/running/round_trips.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

const RUNS = soakShare(100);

Deno.test("backup(serve(file)) has the same digests as file, and verifies, for any app", () =>
  fc.assert(fc.asyncProperty(anyApp, assertBackedUp), { numRuns: RUNS }));

Deno.test("restore(backup(x)) equals x up to the id map, for any app", () =>
  fc.assert(fc.asyncProperty(anyApp.map(asStored), assertRestored), { numRuns: RUNS }));
