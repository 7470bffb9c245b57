/** How many rows a page is asked for, by what pages weigh and take. */
import assert from "node:assert/strict";
import { PageSizer } from "../../../lib/tables/read/page_sizer.ts";

Deno.test("a page grows four times at most, up to the bytes it aims at", () => {
  const sizer = new PageSizer();
  assert.equal(sizer.rows, 1_000);
  sizer.learn(1_000, 10_000, 5);
  assert.equal(sizer.rows, 4_000);
  sizer.learn(4_000, 400_000, 5);
  assert.equal(sizer.rows, 3_000);
  sizer.learn(3_000, 300_000, 5, 600_000);
  assert.equal(sizer.rows, 6_000);
});

Deno.test("a page shrinks at once to what the server can send in its time, though never below 200 rows by time", () => {
  const sizer = new PageSizer();
  sizer.learn(1_000, 100_000, 3_000);
  assert.equal(sizer.rows, 500);
  sizer.learn(500, 50_000, 60_000);
  assert.equal(sizer.rows, 200);
});

Deno.test("a page that is too large is halved down to one row, and one row that is too large is said to be", () => {
  const sizer = new PageSizer();
  sizer.learn(1_000, 100_000_000, 5);
  assert.equal(sizer.rows, 3);
  assert.equal(sizer.tooLarge(3), true);
  assert.equal(sizer.rows, 1);
  assert.equal(sizer.tooLarge(1), false);
});

Deno.test("an empty page teaches nothing", () => {
  const sizer = new PageSizer();
  sizer.learn(0, 2, 9_000);
  assert.equal(sizer.rows, 1_000);
});
