/** A value that is larger than a message may be, in a restore. */
import assert from "node:assert/strict";
import type { Cell } from "../../lib/value/cell.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";

const notes = (...rows: readonly (readonly Cell[])[]) =>
  smallApp({ notes: { columns: { title: "string", text: "string", one: "link_single notes" }, rows } });

Deno.test("restore --merge leaves a value alone that is larger than a message may be, and the plan says so", async () => {
  await using app = await restoredApp(notes(["a", "x".repeat(17_000_000), null]), { into: notes(["a", "mine", null]) });
  const plan = await app.plan({ mode: "merge", keys: ["title"] });
  assert.deepEqual(plan.losses.map(({ message }) => message.replace(/^.*?value/, "value")), [
    "value is larger than a message of the Uplink may be, and is left alone",
  ]);
  const { exitCode, proof } = await app.apply({ mode: "merge", keys: ["title"] });
  assert.deepEqual([exitCode, proof.left, proof.differences], [0, 1, []]);
  assert.deepEqual(await app.rows("notes"), [["a", "mine", null]]);
});
