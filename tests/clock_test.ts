/** Waiting on a clock, and being called off. */
import assert from "node:assert/strict";
import { pause, systemClock } from "../lib/clock.ts";
import { ManualClock } from "./fixtures/clocks/manual_clock.ts";

Deno.test("pause() resolves when its time has passed, not before", async () => {
  const clock = new ManualClock();
  let isOver = false;
  const pausing = pause(clock, 1_000).then(() => isOver = true);
  clock.advance(999);
  await Promise.resolve();
  assert.equal(isOver, false);
  clock.advance(1);
  await pausing;
});

Deno.test("pause() rejects with the signal's reason as soon as it is aborted, and leaves nothing to be called", async () => {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const pausing = pause(clock, 1_000, stopping.signal);
  const reason = new Error("Ctrl-C");
  stopping.abort(reason);
  await assert.rejects(pausing, reason);
  assert.equal(clock.untilNext, null);
  await assert.rejects(pause(clock, 1_000, stopping.signal), reason);
});

Deno.test("the system's clock calls back, unless it is called off", async () => {
  const called: string[] = [];
  const callOff = systemClock.after(0, () => called.push("called off"));
  callOff();
  await new Promise<void>((resolve) => systemClock.after(1, resolve));
  assert.deepEqual(called, []);
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 60_000);
  assert.ok(systemClock.monotonic() > 0);
});
