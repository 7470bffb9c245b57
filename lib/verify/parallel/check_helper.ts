/**
 * A second thread that does check tasks: it opens the same file by itself, for reading. Both ends of it stand here.
 * The thread runs the program's own main module, since a bundle and a compiled program have no other file to start.
 */
import { type Clock, systemClock } from "../../clock.ts";
import { type OpenArchive, openArchive } from "../../archive/open_archive.ts";
import { openPageFile, type PageFile } from "../../sqlite/records/page_file.ts";
import { type CheckResult, type CheckTask, runCheck } from "./check_task.ts";
import type { WorkerScope } from "./worker_scope.ts";

/** What is sent to the thread. */
interface Request {
  readonly path: string;
  readonly task: CheckTask;
}

/** What comes back; `ready` once, before anything may be sent. */
type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: CheckResult }
  | { readonly kind: "failure"; readonly message: string };

/** Answers requests for as long as the thread lives. */
export function answerChecks(scope: WorkerScope): void {
  let archive: Promise<OpenArchive> | null = null;
  // Open as long as the thread lives: to close it would end the locks that other threads have on the file.
  let pages: PageFile | null | undefined;
  const answer = (message: Answer) => scope.postMessage(message);
  scope.onmessage = async ({ data: { path, task } }: MessageEvent<Request>) => {
    try {
      archive ??= openArchive(path, { unfinished: true });
      const { engine, catalogue } = await archive;
      if (task.kind === "digest" && pages === undefined) pages = openPageFile(path);
      answer({ kind: "result", result: runCheck(engine, catalogue, task, pages) });
    } catch (error) {
      answer({ kind: "failure", message: error instanceof Error ? error.message : String(error) });
    }
  };
  answer({ kind: "ready" });
}

/** How long a thread may take to start, in milliseconds; it takes some 50. */
const START_MS = 10_000;

/** The thread, seen from the one that started it. */
export class CheckHelper implements Disposable {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #ready = Promise.withResolvers<void>();
  readonly #started: () => void;
  /** In the order of their requests, which is that of the answers. */
  readonly #waiting: PromiseWithResolvers<CheckResult>[] = [];

  /** Starts a thread for a file; `module` is the URL of the program's main module. */
  constructor(module: string, path: string, clock: Clock = systemClock) {
    this.#path = path;
    this.#started = clock.after(START_MS, () => this.#ready.reject(new Error("The second thread did not start")));
    this.#ready.promise.catch(() => {});
    this.#worker = new Worker(module, { type: "module", name: "check" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      switch (data.kind) {
        case "ready":
          this.#started();
          return this.#ready.resolve();
        case "result":
          return this.#waiting.shift()?.resolve(data.result);
        case "failure":
          return this.#waiting.shift()?.reject(new Error(data.message));
      }
    };
    this.#worker.onerror = (event) => {
      // Unhandled it would end the program, which can do without the thread.
      event.preventDefault();
      const error = new Error(event.message);
      this.#ready.reject(error);
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    };
  }

  /**
   * Has a task done, after those that were asked for before.
   * @throws {Error} when the thread could not be started, or could not do it
   */
  async run(task: CheckTask): Promise<CheckResult> {
    await this.#ready.promise;
    const waiting = Promise.withResolvers<CheckResult>();
    this.#waiting.push(waiting);
    this.#worker.postMessage({ path: this.#path, task } satisfies Request);
    return await waiting.promise;
  }

  [Symbol.dispose](): void {
    this.#started();
    this.#worker.terminate();
  }
}
