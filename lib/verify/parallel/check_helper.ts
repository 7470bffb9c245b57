/**
 * A second thread that does check tasks. It opens the same file by itself, for reading. Both ends of the thread are in
 * this file.
 */
import type { Clock } from "../../clock.ts";
import { type OpenArchive, openArchive } from "../../archive/open_archive.ts";
import { openPageFile, type PageFile } from "../../sqlite/records/page_file.ts";
import { answerRequests, Helper } from "../../threads/helper.ts";
import type { WorkerScope } from "../../threads/worker_scope.ts";
import { type CheckResult, type CheckTask, runCheck } from "./check_task.ts";

/** A message to the thread. */
interface Request {
  readonly path: string;
  readonly task: CheckTask;
}

/** Answers requests until the thread ends. */
export function answerChecks(scope: WorkerScope): void {
  let archive: Promise<OpenArchive> | null = null;
  // Open until the thread ends: closing it would end the locks that other threads have on the file.
  let pages: PageFile | null | undefined;
  answerRequests<Request, CheckResult>(scope, async ({ path, task }) => {
    archive ??= openArchive(path, { unfinished: true });
    const { engine, catalogue } = await archive;
    if (task.kind === "digest" && pages === undefined) pages = openPageFile(path);
    return { result: runCheck(engine, catalogue, task, pages) };
  });
}

/** The thread, seen from the one that started it. */
export class CheckHelper implements Disposable {
  readonly #helper: Helper<Request, CheckResult>;
  readonly #path: string;

  /** Starts a thread for a file; `module` is the URL of the program's main module. */
  constructor(module: string, path: string, clock?: Clock) {
    this.#path = path;
    this.#helper = new Helper(module, "check", clock);
  }

  /**
   * Has a task done, after those that were asked for before.
   * @throws {Error} when the thread could not be started, or the task failed
   */
  run(task: CheckTask): Promise<CheckResult> {
    return this.#helper.run({ path: this.#path, task });
  }

  [Symbol.dispose](): void {
    this.#helper[Symbol.dispose]();
  }
}
