/** Many tasks at once: how many, how large, and what becomes of a failure. */
import assert from "node:assert/strict";
import { InFlight } from "../../lib/uplink/in_flight.ts";

const LIMITS = { count: 2, bytes: 100 };

/** A task that ends when the test says so. */
function task() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, end: () => resolve(), fail: (error: Error) => reject(error) };
}

Deno.test("tasks in flight are counted with their bytes, until each has ended", async () => {
  const inFlight = new InFlight();
  const [one, other] = [task(), task()];
  inFlight.add(one.promise, 60);
  inFlight.add(other.promise, 30);
  assert.deepEqual([inFlight.count, inFlight.bytes], [2, 90]);
  one.end();
  await inFlight.next();
  assert.deepEqual([inFlight.count, inFlight.bytes], [1, 30]);
  other.end();
  await inFlight.until();
  assert.deepEqual([inFlight.count, inFlight.bytes], [0, 0]);
});

Deno.test("there is room up to a number and to bytes, and a single task always has it", () => {
  const inFlight = new InFlight();
  assert.ok(inFlight.hasRoom(LIMITS, 1_000_000));
  inFlight.add(new Promise(() => {}), 60);
  assert.ok(inFlight.hasRoom(LIMITS, 40));
  assert.ok(!inFlight.hasRoom(LIMITS, 41));
  inFlight.add(new Promise(() => {}), 1);
  assert.ok(!inFlight.hasRoom(LIMITS));
});

Deno.test("a task that has ended makes room, and who waits for it is called", async () => {
  let called = 0;
  const inFlight = new InFlight(() => called++);
  const one = task();
  inFlight.add(one.promise);
  one.end();
  await inFlight.next();
  assert.equal(called, 1);
});

Deno.test("until() ends as soon as it is settled, whatever else is in flight", async () => {
  const inFlight = new InFlight();
  const [one, never] = [task(), task()];
  inFlight.add(one.promise);
  inFlight.add(never.promise);
  one.end();
  await inFlight.until(() => inFlight.count === 1);
});

Deno.test("the first failure is thrown when nothing is in flight any more, and nothing is started after it", async () => {
  let called = 0;
  const inFlight = new InFlight(() => called++);
  const [first, second, last] = [task(), task(), task()];
  for (const { promise } of [first, second, last]) inFlight.add(promise);
  const waiting = inFlight.until(() => true);
  await waiting;
  first.fail(new Error("first"));
  second.fail(new Error("second"));
  await inFlight.next();
  assert.ok(!inFlight.isOpen);
  const failing = inFlight.until(() => true);
  last.end();
  await assert.rejects(failing, /^Error: first$/);
  assert.deepEqual([inFlight.count, called], [0, 0]);
});

Deno.test("stop() waits for what is in flight, tells no failure, and starts nothing", async () => {
  let called = 0;
  const inFlight = new InFlight(() => called++);
  const one = task();
  inFlight.add(one.promise);
  const stopping = inFlight.stop();
  assert.ok(!inFlight.isOpen);
  one.fail(new Error("not told"));
  await stopping;
  assert.deepEqual([inFlight.count, called], [0, 0]);
});

Deno.test("next() and until() of nothing are over at once", async () => {
  const inFlight = new InFlight();
  await inFlight.next();
  await inFlight.until();
});
