/**
 * Does check tasks, alone or together with a second thread: whoever is free takes the next one. It knows no file.
 */
import type { CheckResult, CheckTask } from "./check_task.ts";

/** Someone who does tasks elsewhere, meanwhile. */
export interface TaskHelper {
  run(task: CheckTask): Promise<CheckResult>;
}

/** Tasks that the helper has at once: its next one is there before its last answer is heard. */
const HELPER_TASKS = 2;

/**
 * Does all tasks and gives the result of each.
 * @param here does one at once, in this thread
 * @param helper does others; a task that it fails at is done here, and it gets no more
 */
export async function runChecks(
  tasks: readonly CheckTask[],
  here: (task: CheckTask) => CheckResult,
  helper: TaskHelper | null,
): Promise<ReadonlyMap<CheckTask, CheckResult>> {
  const results = new Map<CheckTask, CheckResult>();
  const waiting = [...tasks];
  let failed = false;
  const help = async (helper: TaskHelper) => {
    while (!failed) {
      const task = waiting.shift();
      if (task === undefined) return;
      try {
        results.set(task, await helper.run(task));
      } catch {
        // Done here, where a failure that is the file's own shows again.
        waiting.push(task);
        failed = true;
      }
    }
  };
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      results.set(task, here(task));
      // The helper's answer is heard only when this thread lets go.
      if (helper !== null) await new Promise((resolve) => setTimeout(resolve));
    }
  };
  const helping = helper === null ? [] : Array.from({ length: HELPER_TASKS }, () => help(helper));
  await work();
  await Promise.all(helping);
  await work();
  return results;
}
