/**
 * Whether this code runs in a thread that another thread started. It looks at the global scope, and imports nothing,
 * since every start of the program asks.
 */

/** The thread's own side of the connection to its starter. */
export interface WorkerScope {
  /** The name with which the thread was started. */
  readonly name: string;
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/** Whether a global scope belongs to such a thread. */
export function isWorkerScope(scope: object): scope is WorkerScope {
  return "postMessage" in scope && "onmessage" in scope;
}
