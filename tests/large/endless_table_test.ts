/** A table of the app that does not end, met by a restore that reads it. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

/** Rows of the table: more than a page, which then comes again and again under higher ids. */
const ROWS = 2_500;

Deno.test("a table that never ends is given up by a restore once it has far more rows than were counted: exit 10", async () => {
  const content = smallApp({
    t: { columns: { n: "number" }, rows: Array.from({ length: ROWS }, (_, i) => [BigInt(i)]) },
  });
  let pages = 0;
  let first: string | null = null;
  const again = (text: string): string => {
    first ??= text;
    const { response: [ids, next, data], objects } = JSON.parse(first);
    const shift = ROWS * pages++;
    const [[key, part]] = Object.entries(data) as [[string, { rows: Record<string, unknown> }]];
    const rows = Object.fromEntries(Object.entries(part.rows).map(([id, row]) => [Number(id) + shift, row]));
    return JSON.stringify({
      id: JSON.parse(text).id,
      response: [ids.map((id: number) => id + shift), next, { [key]: { ...part, rows } }],
      objects: objects.filter(({ path }: { path: unknown[] }) => path.length === 2),
    });
  };
  const onCall = ({ name }: { name: string }) => name === "search.next_page" ? { reply: again } : undefined;
  await using app = await restoredApp(content, { into: content, faults: { onCall } });
  const planned = app.plan({ mode: "missing" });
  await assert.rejects(planned, (error) => {
    assert.ok(error instanceof AnvilSqliteError && error.code === "protocol", String(error));
    assert.match(error.message, /no end of them/);
    assert.equal(error.exitCode, 10);
    return true;
  });
});
