/** A check shared by two threads gives what one gives, and does without the second when it cannot be had. */
import assert from "node:assert/strict";
import { CheckHelper } from "../../lib/verify/parallel/check_helper.ts";
import type { CheckResult, CheckTask } from "../../lib/verify/parallel/check_task.ts";
import { runChecks, type TaskHelper } from "../../lib/verify/parallel/run_checks.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { assertPartedCheck } from "../fixtures/running/parted_check.ts";

const TASK: CheckTask = { kind: "integrity" };
const RESULT: CheckResult = { kind: "integrity", problems: [] };

Deno.test("a large table is checked in parts, in two threads, and damage is found whichever of them reads it", (t) =>
  // As few rows as are checked in parts, in a file that is large enough for two threads.
  assertPartedCheck(t, { rows: 50_000, padding: 600, parts: 2, damaged: [49_999] }));

Deno.test("a thread that cannot be started leaves the work to this one", async () => {
  using helper = new CheckHelper("file:///there/is/no/such/module.ts", "any.sqlite");
  await assert.rejects(helper.run(TASK));
  const tasks = [1, 2, 3].map((): CheckTask => ({ ...TASK }));
  const results = await runChecks(tasks, () => RESULT, helper);
  assert.equal(results.size, 3);
});

Deno.test("a thread that never says that it is ready is given up after ten seconds", async () => {
  const clock = new ManualClock();
  const module = `data:text/javascript,${encodeURIComponent("setTimeout(() => {}, 1)")}`;
  using helper = new CheckHelper(module, "any.sqlite", clock);
  const asked = helper.run(TASK);
  clock.advance(10_000);
  await assert.rejects(asked, /did not start/);
});

Deno.test("a task that fails in the other thread is done in this one, and the other gets no more", async () => {
  let asked = 0;
  const failing: TaskHelper = {
    run: () => {
      asked++;
      return Promise.reject(new Error("gone"));
    },
  };
  const tasks = [1, 2, 3, 4, 5].map((): CheckTask => ({ ...TASK }));
  const results = await runChecks(tasks, () => RESULT, failing);
  assert.equal(results.size, 5);
  assert.equal(asked, 2);
});

Deno.test("without another thread all tasks are done in their order", async () => {
  const done: CheckTask[] = [];
  const tasks = [1, 2, 3].map((): CheckTask => ({ ...TASK }));
  await runChecks(tasks, (task) => {
    done.push(task);
    return RESULT;
  }, null);
  assert.deepEqual(done, tasks);
});
