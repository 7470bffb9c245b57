/** How far ahead a table is read, by the round trip and by what pages take. */
import assert from "node:assert/strict";
import { ReadAhead } from "../../../lib/backup/copy/read_ahead.ts";

Deno.test("four pages are asked for at once until a round trip is known", () => {
  const ahead = new ReadAhead();
  for (let page = 0; page < 10; page++) ahead.arrived(1);
  assert.equal(ahead.pages, 4);
  assert.equal(ahead.pageBytes, 300_000);
});

Deno.test("a server nearby is asked for four pages however fast its pages come", () => {
  const ahead = new ReadAhead();
  ahead.answered(0.4);
  for (let page = 0; page < 10; page++) ahead.arrived(1);
  assert.equal(ahead.pages, 4);
  assert.equal(ahead.pageBytes, 300_000);
});

Deno.test("a server far away is asked for more and larger pages", () => {
  const ahead = new ReadAhead();
  for (const ms of [70, 50, 60]) ahead.answered(ms);
  ahead.arrived(80);
  assert.equal(ahead.pages, 8);
  for (let page = 0; page < 10; page++) ahead.arrived(120);
  assert.equal(ahead.pages, 24);
  assert.equal(ahead.pageBytes, 1_000_000);
});

Deno.test("a page that took many round trips waited for the server, which is asked for no more at once", () => {
  const ahead = new ReadAhead();
  ahead.answered(20);
  for (let page = 0; page < 10; page++) ahead.arrived(400);
  assert.equal(ahead.pages, 4);
  assert.equal(ahead.pageBytes, 400_000);
});
