/**
 * A thread with little memory for what is soon garbage. A page makes much of it, and what V8 has reserved for it once it never
 * gives back: three threads of 24 MB each. Deno bounds it only for threads of `node:worker_threads`, which start from files
 * only: from a URL a thread has as much as any other.
 */
import { Worker as NodeWorker } from "node:worker_threads";

/** In megabytes; V8 uses a third of it at a time. */
const YOUNG_MB = 6;

/** A thread that was started. */
interface SmallWorker {
  postMessage(message: unknown): void;
  terminate(): void;
}

/** How it is heard. */
interface Heard<From> {
  readonly onMessage: (message: From) => void;
  /** Called when it could not start, or has died. */
  readonly onError: (reason: string) => void;
}

/** Starts one. `mainModule` is the URL of the program's main module, which knows the thread by its name. */
export function smallWorker<From>(mainModule: string, name: string, heard: Heard<From>): SmallWorker {
  return mainModule.startsWith("file:") ? fromFile(mainModule, name, heard) : fromAnywhere(mainModule, name, heard);
}

function fromFile<From>(mainModule: string, name: string, { onMessage, onError }: Heard<From>): SmallWorker {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const worker = new NodeWorker(new URL(mainModule), { name, resourceLimits });
  worker.on("message", onMessage);
  worker.on("error", (error: unknown) => onError(error instanceof Error ? error.message : String(error)));
  return { postMessage: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
}

function fromAnywhere<From>(mainModule: string, name: string, { onMessage, onError }: Heard<From>): SmallWorker {
  const worker = new Worker(mainModule, { type: "module", name });
  worker.onmessage = ({ data }: MessageEvent<From>) => onMessage(data);
  worker.onerror = (event) => {
    // Unhandled it would end the program.
    event.preventDefault();
    onError(event.message);
  };
  return worker;
}
