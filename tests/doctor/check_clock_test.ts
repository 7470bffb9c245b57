/** This machine's clock against a server's. */
import assert from "node:assert/strict";
import { checkClock } from "../../lib/doctor/check_clock.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";

/** What is said when the server's clock is so many seconds behind this machine's. */
async function checked(behindSeconds: number) {
  const clock = new ManualClock();
  const date = new Date(clock.now() - behindSeconds * 1_000).toUTCString();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    return new Response("hello", { headers: { date } });
  });
  const { signal } = new AbortController();
  return await checkClock(`ws://127.0.0.1:${server.addr.port}/_/uplink`, clock, 10_000, signal);
}

Deno.test("a minute's difference is nobody's concern", async () => {
  for (const seconds of [0, 60, -60]) {
    const { verdict, hint } = await checked(seconds);
    assert.deepEqual([verdict, hint], ["ok", null], `${seconds} s`);
  }
});

Deno.test("a clock that is ahead or behind is noted, with by how much and why it matters", async () => {
  const ahead = await checked(3_600);
  assert.deepEqual([ahead.verdict, ahead.exitCode], ["note", 0]);
  assert.match(ahead.message, /3600 s ahead of the server's$/);
  assert.match(ahead.hint ?? "", /backups are dated by it/);
  assert.match((await checked(-90)).message, /90 s behind the server's$/);
});
