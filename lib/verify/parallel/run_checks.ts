/**
 * Does check tasks, alone or together with a second thread: each takes the next task when it is free. It knows no file.
 */
import type { CheckResult, CheckTask } from "./check_task.ts";

/** Somebody else that does tasks at the same time. */
export interface TaskHelper {
  run(task: CheckTask): Promise<CheckResult>;
}

/** Tasks that the helper has at once: so the next is there before its last answer is read. */
const HELPER_TASKS = 2;

/**
 * Does all tasks and returns the result of each.
 * @param here does one task at once, in this thread
 * @param helper does other tasks; when it fails at one, the task is done here, and it gets no more
 */
export async function runChecks(
  tasks: readonly CheckTask[],
  here: (task: CheckTask) => CheckResult,
  helper: TaskHelper | null,
): Promise<ReadonlyMap<CheckTask, CheckResult>> {
  return await new SharedChecks(tasks, here, helper).finish();
}

/** Does tasks with a helper, which begins at once, while this thread does other work and pauses now and then. */
export class SharedChecks {
  readonly #results = new Map<CheckTask, CheckResult>();
  readonly #waiting: CheckTask[];
  readonly #here: (task: CheckTask) => CheckResult;
  readonly #helper: TaskHelper | null;
  readonly #helping: readonly Promise<void>[];
  #failed = false;

  /** @param tasks and all others as in {@link runChecks} */
  constructor(tasks: readonly CheckTask[], here: (task: CheckTask) => CheckResult, helper: TaskHelper | null) {
    this.#waiting = [...tasks];
    this.#here = here;
    this.#helper = helper;
    this.#helping = helper === null ? [] : Array.from({ length: HELPER_TASKS }, () => this.#help(helper));
  }

  /** Does the remaining tasks, and waits for the helper. */
  async finish(): Promise<ReadonlyMap<CheckTask, CheckResult>> {
    await this.#work();
    await Promise.all(this.#helping);
    await this.#work();
    return this.#results;
  }

  async #help(helper: TaskHelper): Promise<void> {
    while (!this.#failed) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      try {
        this.#results.set(task, await helper.run(task));
      } catch {
        // Done here: if the failure is the file's own, it will show again.
        this.#waiting.push(task);
        this.#failed = true;
      }
    }
  }

  async #work(): Promise<void> {
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      this.#results.set(task, this.#here(task));
      // The helper's answer is read only when this thread pauses.
      if (this.#helper !== null) await nextTurn();
    }
  }
}

/** Pauses this thread, so that it can read messages of other threads. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
