/** A table of the app that does not end, met by a restore that reads it. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { endlessPages } from "../fixtures/faults/endless_pages.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

/** Rows of the table: more than a page, which then comes again and again under higher ids. */
const ROWS = 2_500;

Deno.test("a table that never ends is given up by a restore once it has far more rows than were counted: exit 10", async () => {
  const content = smallApp({
    t: { columns: { n: "number" }, rows: Array.from({ length: ROWS }, (_, i) => [BigInt(i)]) },
  });
  const reply = endlessPages(ROWS);
  const onCall = ({ name }: { name: string }) => name === "search.next_page" ? { reply } : undefined;
  await using app = await restoredApp(content, { into: content, faults: { onCall } });
  const planned = app.plan({ mode: "missing" });
  await assert.rejects(planned, (error) => {
    assert.ok(error instanceof AnvilSqliteError && error.code === "protocol", String(error));
    assert.match(error.message, /no end of them/);
    assert.equal(error.exitCode, 10);
    return true;
  });
});
