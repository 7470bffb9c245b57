/** What a revert reads of the app: each table once to find what differs, and then only the rows that it sets back. */
import assert from "node:assert/strict";
import type { FaultyCall } from "../../fixtures/faults/faults.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { AppEditor } from "../../fixtures/running/app_editor.ts";
import { restoredApp } from "../../fixtures/running/restored_app.ts";

const ROWS = 3_000;

Deno.test("a revert reads a large table once for its plan, and for the rest only rows that it sets back", async () => {
  const things = {
    columns: { text: "string" },
    rows: Array.from({ length: ROWS }, (_, i) => [`thing ${i}`.padEnd(400)]),
  } as const;
  const content = smallApp({ things });
  let pages = 0;
  const onCall = ({ name }: FaultyCall) => void (name === "search.next_page" && pages++);
  await using app = await restoredApp(content, { into: content, faults: { onCall } });
  await using editor = await AppEditor.open(app.server.url);
  for (const row of ["1000", "1001", "2000"]) await editor.change("things", row, { text: "spoilt" });
  const counted = async (body: () => Promise<unknown>) => {
    pages = 0;
    await body();
    return pages;
  };
  const scan = await counted(() => editor.rows("things"));
  assert.ok(scan >= 4, `${scan} pages`);
  const plan = await counted(() => app.plan({ mode: "revert" }));
  assert.ok(plan <= scan + 1, `${plan} pages for the plan, ${scan} for the table`);
  const all = await counted(async () => assert.equal((await app.apply({ mode: "revert" })).exitCode, 0));
  // The rows that are set back are read before they are written, and after.
  assert.ok(all <= plan + 2 * 3, `${all} pages in all, ${plan} for the plan`);
});
