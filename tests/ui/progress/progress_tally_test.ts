import assert from "node:assert/strict";
import { ProgressTally } from "../../../lib/ui/progress/progress_tally.ts";

Deno.test("ProgressTally adds up tables that are under way at once; figures of a table replace its earlier ones", () => {
  const tally = new ProgressTally();
  tally.add({ type: "plan", tables: 2, rows: 3000 }, 0);
  tally.add({ type: "rows", table: "a", rows: 500, bytes: 1000 }, 10);
  tally.add({ type: "rows", table: "b", rows: 200, bytes: 50 }, 20);
  tally.add({ type: "rows", table: "a", rows: 1000, bytes: 2000 }, 30);
  tally.add({ type: "media", done: 1, total: 4, bytes: 7 }, 40);
  const state = tally.state(50);
  assert.deepEqual([state.table, state.rows, state.totalRows, state.bytes], ["a", 1200, 3000, 2057]);
  assert.deepEqual(state.media, { done: 1, total: 4 });
});

Deno.test("ProgressTally tells no speed before half a second, then rows a second and the time left", () => {
  const tally = new ProgressTally();
  tally.add({ type: "plan", tables: 1, rows: 3000 }, 0);
  tally.add({ type: "rows", table: "a", rows: 400, bytes: 0 }, 400);
  assert.equal(tally.state(400).rowsPerSecond, null);
  assert.equal(tally.state(400).secondsLeft, null);
  tally.add({ type: "rows", table: "a", rows: 1000, bytes: 0 }, 1000);
  assert.equal(tally.state(1000).rowsPerSecond, 1000);
  assert.equal(tally.state(1000).secondsLeft, 2);
});

Deno.test("ProgressTally measures speed over the last ten seconds only", () => {
  const tally = new ProgressTally();
  tally.add({ type: "plan", tables: 1, rows: 1_000_000 }, 0);
  for (let s = 1; s <= 60; s++) {
    tally.add({ type: "rows", table: "a", rows: s <= 30 ? s : 30 + (s - 30) * 100, bytes: 0 }, s * 1000);
  }
  assert.equal(tally.state(60_000).rowsPerSecond, 100);
});

Deno.test("ProgressTally lets the slower of rows and media tell the time left", () => {
  const tally = new ProgressTally();
  tally.add({ type: "plan", tables: 1, rows: 1000 }, 0);
  tally.add({ type: "rows", table: "a", rows: 1000, bytes: 0 }, 1000);
  tally.add({ type: "media", done: 10, total: 110, bytes: 0 }, 1000);
  assert.equal(tally.state(1000).secondsLeft, 10);
});

Deno.test("ProgressTally tells no time left while nothing moves", () => {
  const tally = new ProgressTally();
  tally.add({ type: "plan", tables: 1, rows: 1000 }, 0);
  assert.equal(tally.state(5000).rowsPerSecond, 0);
  assert.equal(tally.state(5000).secondsLeft, null);
});

Deno.test("ProgressTally takes table-done as the last word on a table's rows", () => {
  const tally = new ProgressTally();
  tally.add({ type: "rows", table: "a", rows: 900, bytes: 9 }, 0);
  tally.add({ type: "table-done", table: "a", rows: 1000 }, 1);
  assert.deepEqual([tally.state(1).rows, tally.state(1).bytes], [1000, 9]);
});
