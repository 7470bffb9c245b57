/**
 * Does check tasks, alone or together with a second thread: each takes the next task when it is free. It knows no file.
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
  return await new SharedChecks(tasks, here, helper).finish();
}

/** Tasks that the helper begins with at once, while this thread is busy with something else that lets go now and then. */
export class SharedChecks {
  readonly #results = new Map<CheckTask, CheckResult>();
  readonly #waiting: CheckTask[];
  readonly #here: (task: CheckTask) => CheckResult;
  readonly #helper: TaskHelper | null;
  readonly #helping: readonly Promise<void>[];
  #failed = false;

  /** Parameters as those of {@link runChecks}. */
  constructor(tasks: readonly CheckTask[], here: (task: CheckTask) => CheckResult, helper: TaskHelper | null) {
    this.#waiting = [...tasks];
    this.#here = here;
    this.#helper = helper;
    this.#helping = helper === null ? [] : Array.from({ length: HELPER_TASKS }, () => this.#help(helper));
  }

  /** Does what is left, and waits for the helper. */
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
        // Done here, where a failure that is the file's own shows again.
        this.#waiting.push(task);
        this.#failed = true;
      }
    }
  }

  async #work(): Promise<void> {
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      this.#results.set(task, this.#here(task));
      // The helper's answer is heard only when this thread lets go.
      if (this.#helper !== null) await nextTurn();
    }
  }
}

/** Lets go of this thread, so that answers of other threads are heard. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
