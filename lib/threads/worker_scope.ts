/**
 * The line of a thread to the one that started it, or none in the program's first thread. It looks at the global scope, and
 * imports nothing before it knows, since every start of the program asks.
 */

/** A thread's own side of its line to the one that started it. */
export interface WorkerScope {
  /** What the thread was named when it was started. */
  readonly name: string;
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
}

/** The line of the thread whose global scope it is; null in the program's first thread. */
export async function workerScope(scope: object): Promise<WorkerScope | null> {
  if (isWorkerScope(scope)) return scope;
  // The first thread cannot post messages; threads of `node:worker_threads` can, but hear nothing in the global scope.
  if (!("postMessage" in scope)) return null;
  const { parentPort } = await import("node:worker_threads");
  const line: WorkerScope = {
    name: "name" in scope ? String(scope.name) : "",
    onmessage: null,
    postMessage: (message, transfer = []) => parentPort?.postMessage(message, transfer),
  };
  parentPort?.on("message", (data) => line.onmessage?.(new MessageEvent("message", { data })));
  return line;
}

function isWorkerScope(scope: object): scope is WorkerScope {
  return "postMessage" in scope && "onmessage" in scope;
}
