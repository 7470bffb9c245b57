/** A drill into split storage, whose numbers are doubles and are spelled as PostgreSQL spells them. */
import assert from "node:assert/strict";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";

Deno.test("doubles restored into split storage are equal, however many digits they come back with", async () => {
  const doubles = [1e23, -1e23, 9.1e22, 5e-324, 1.5, 1.7976931348623157e308, 1e22, 0.1, -0.5];
  const content = smallApp({ t: { columns: { n: "number" }, rows: doubles.map((n) => [n]) } });
  await using app = await restoredApp(content, { storage: "split" });
  const result = await app.apply();
  assert.deepEqual(result.proof.differences, []);
  assert.equal(result.exitCode, 0);
});

Deno.test("integers that a double cannot hold are said before the restore, not called equal in silence", async () => {
  const content = smallApp({
    t: { columns: { n: "number" }, rows: [[9_007_199_254_740_993n], [9_007_199_254_740_992n]] },
  });
  await using app = await restoredApp(content, { storage: "split" });
  const { changes } = await app.plan();
  assert.deepEqual(changes.map(({ message }) => message), [
    "Column 'n' of table 't': 1 number has more digits than Faster Storage keeps, and is rounded",
  ]);
  assert.deepEqual((await app.apply()).proof.differences, []);
});
