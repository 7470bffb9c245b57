/**
 * A second thread that does tasks one after the other and answers each. Both ends of the thread are in this file. It
 * runs the program's own main module, since a bundle and a compiled program have no other file to start. That module
 * knows from the thread's name which tasks it should do.
 */
import { type Clock, systemClock } from "../clock.ts";
import type { WorkerScope } from "./worker_scope.ts";

/** A message from the thread; `ready` comes once, before anything may be sent. */
type Answer<Result> =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly message: string };

/** The result of a task. */
interface Done<Result> {
  readonly result: Result;
  /** Buffers in it that are transferred and not copied. */
  readonly transfer?: Transferable[];
}

/** Answers requests until the thread ends. */
export function answerRequests<Request, Result>(
  scope: WorkerScope,
  work: (request: Request) => Promise<Done<Result>>,
): void {
  const answer = (message: Answer<Result>, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
  // One after the other, so that answers have the order of the requests.
  let last: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data }: MessageEvent<Request>) => {
    last = last.then(async () => {
      try {
        const { result, transfer } = await work(data);
        answer({ kind: "result", result }, transfer);
      } catch (error) {
        answer({ kind: "failure", message: error instanceof Error ? error.message : String(error) });
      }
    });
  };
  answer({ kind: "ready" });
}

/** How long a thread may take to start, in milliseconds; normally it takes some 50. */
const START_MS = 10_000;

/** The thread, seen from the one that started it. */
export class Helper<Request, Result> implements Disposable {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #started: () => void;
  /** In the order of their requests; answers come in the same order. */
  readonly #waiting: PromiseWithResolvers<Result>[] = [];

  /** Starts a thread; `module` is the URL of the program's main module, which knows the purpose of `name`. */
  constructor(module: string, name: string, clock: Clock = systemClock) {
    this.#started = clock.after(START_MS, () => this.#ready.reject(new Error("The second thread did not start")));
    this.#ready.promise.catch(() => {});
    this.#worker = new Worker(module, { type: "module", name });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer<Result>>) => {
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
      // An unhandled error would end the program, which can work without the thread.
      event.preventDefault();
      const error = new Error(event.message);
      this.#ready.reject(error);
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    };
  }

  /**
   * Has a task done, after those that were asked for before.
   * @throws {Error} when the thread could not be started, or the task failed
   */
  async run(request: Request): Promise<Result> {
    await this.#ready.promise;
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(request);
    return await waiting.promise;
  }

  [Symbol.dispose](): void {
    this.#started();
    this.#worker.terminate();
  }
}
