/** How much is asked of a server at once: as a guest, and as one who is in a hurry. */
import assert from "node:assert/strict";
import { Pace } from "../../../lib/backup/copy/pace.ts";

/** What a pace asks for at once. */
function demand({ pages, media, smallCalls, pauseMs, rowsFirst }: Pace) {
  return { pages, media, smallCalls, pauseMs, rowsFirst };
}

Deno.test("gentle asks for two pages or 32 media at a time, rows first; fast for all that the server takes", () => {
  assert.deepEqual(demand(new Pace("gentle")), { pages: 2, media: 32, smallCalls: 4, pauseMs: 0, rowsFirst: true });
  assert.deepEqual(demand(new Pace("fast")), { pages: 24, media: 64, smallCalls: 32, pauseMs: 0, rowsFirst: false });
});

Deno.test("gentle goes down step by step while small answers take three times as long as the best, and up again", () => {
  const pace = new Pace("gentle");
  pace.answered(30);
  const steps = [demand(pace)];
  for (let i = 0; i < 14; i++) {
    pace.answered(91);
    if (i % 2 === 1) steps.push(demand(pace));
  }
  assert.deepEqual(steps.map(({ pages }) => pages), [2, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(steps.map(({ media }) => media), [32, 16, 8, 4, 2, 1, 1, 1]);
  assert.deepEqual(steps.map(({ pauseMs }) => pauseMs), [0, 0, 100, 200, 400, 800, 1_600, 1_600]);
  for (let i = 0; i < 4 * 6; i++) pace.answered(90);
  assert.deepEqual(demand(pace), steps[0]);
});

Deno.test("one slow answer changes nothing, nor do answers that only seem slow beside a very quick one", () => {
  const pace = new Pace("gentle");
  pace.answered(0.4);
  for (const ms of [500, 1, 500, 2, 59, 58, 57, 60]) pace.answered(ms);
  assert.equal(pace.pages, 2);
});

Deno.test("fast minds nothing", () => {
  const pace = new Pace("fast");
  for (const ms of [1, 900, 900, 900, 900]) pace.answered(ms);
  assert.deepEqual(demand(pace), demand(new Pace("fast")));
});
