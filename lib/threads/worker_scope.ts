/**
 * Whether this code runs in a thread that another thread started. It looks at the global scope, and imports nothing,
 * since every start of the program asks.
 */

/** A thread's own side of its line to the one that started it. */
export interface WorkerScope {
  /** What the thread was named when it was started. */
  readonly name: string;
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/** Whether a global scope is that of such a thread. */
export function isWorkerScope(scope: object): scope is WorkerScope {
  return "postMessage" in scope && "onmessage" in scope;
}
