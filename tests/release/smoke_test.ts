/** How a try-out of a binary fails; `built/` has one that succeeds. */
import assert from "node:assert/strict";
import { smoke } from "../../.github/release/smoke.ts";

Deno.test("smoke() fails when the program does, or prints something else", async () => {
  await assert.rejects(smoke(Deno.execPath(), ["eval", "Deno.exit(3)"], () => {}), /'--version' ended with 3/);
  await assert.rejects(smoke(Deno.execPath(), ["eval", "1"], () => {}), /'--version' did not print what matches/);
});
