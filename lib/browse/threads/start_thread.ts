/**
 * Starts a thread that runs the program's own main module, since a bundle and a compiled program have no other file to
 * start. When no thread can be started, for example because the program may not read itself, the same work is done in
 * this thread.
 */
import type { WorkerScope } from "../../threads/worker_scope.ts";

/** The first message of every thread. */
export interface Ready {
  readonly kind: "ready";
}

/** A thread, as its starter sees it. */
export interface Thread<To> {
  /** Sends a message; messages wait until the thread listens. */
  tell(message: To): void;
  terminate(): void;
}

/** How a thread is started, and what hears it. */
interface ThreadOptions<From> {
  /** URL of the program's main module; null to do the work in this thread. */
  readonly mainModule: string | null;
  /** The name by which the main module knows what the thread is for. */
  readonly name: string;
  /** The work itself, for when it must be done in this thread. */
  readonly work: (scope: WorkerScope) => void;
  readonly onMessage: (message: From) => void;
  /** Called when the thread has died. */
  readonly onDeath: (reason: string) => void;
}

/** Starts a thread. */
export function startThread<To, From extends { readonly kind: string }>(
  { mainModule, name, work, onMessage, onDeath }: ThreadOptions<From | Ready>,
): Thread<To> {
  let early: To[] | null = [];
  let send: (message: To) => void;
  const hear = (message: From | Ready) => {
    if (message.kind === "ready") {
      const waiting = early ?? [];
      early = null;
      waiting.forEach((one) => send(one));
    }
    onMessage(message);
  };
  const workHere = () => {
    const scope: WorkerScope = {
      name,
      onmessage: null,
      postMessage: (message: From | Ready) => queueMicrotask(() => hear(message)),
    };
    send = (message) => queueMicrotask(() => scope.onmessage?.(new MessageEvent("message", { data: message })));
    work(scope);
  };
  const tell = (message: To) => early === null ? send(message) : void early.push(message);
  if (mainModule === null) {
    workHere();
    return { tell, terminate: () => {} };
  }
  const worker = new Worker(mainModule, { type: "module", name });
  send = (message) => worker.postMessage(message);
  worker.onmessage = ({ data }: MessageEvent<From | Ready>) => hear(data);
  worker.onerror = (event) => {
    // An unhandled error would end the program.
    event.preventDefault();
    if (early === null) return onDeath(event.message);
    worker.terminate();
    workHere();
  };
  return { tell, terminate: () => worker.terminate() };
}
