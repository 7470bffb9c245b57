/**
 * A second thread that does tasks one after the other and answers each. Both ends of the thread are in this file. It
 * runs the program's own main module, since a bundle and a compiled program have no other file to start. That module
 * knows from the thread's name which tasks it should do.
 */
import { type Clock, systemClock } from "../clock.ts";
import type { WorkerScope } from "./worker_scope.ts";

/** What comes back; `ready` once, before anything may be sent. */
type Answer<Result> =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly message: string };

/** What a task gives. */
interface Done<Result> {
  readonly result: Result;
  /** Buffers in it that are handed over instead of copied. */
  readonly transfer?: Transferable[];
}

/** Does requests for as long as the thread lives. */
export function answerRequests<Request, Result>(
  scope: WorkerScope,
  work: (request: Request) => Promise<Done<Result>>,
): void {
  const answer = (message: Answer<Result>, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
  // One after the other, so that answers come in the order of the requests.
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

/** How long a thread may take to start, in milliseconds; it takes some 50. */
const START_MS = 10_000;

/** The thread, seen from the one that started it. */
export class Helper<Request, Result> implements Disposable {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #started: () => void;
  /** In the order of their requests, which is that of the answers. */
  readonly #waiting: PromiseWithResolvers<Result>[] = [];

  /** Starts a thread; `module` is the URL of the program's main module, which knows what `name` is for. */
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
