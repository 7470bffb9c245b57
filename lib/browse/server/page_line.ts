/**
 * The line to one page thread: requests go in, answers come out, piece by piece where they are long. A piece is asked for
 * when its reader has room for it.
 */
import type { Library } from "../model/night.ts";
import type { FromThread, NightPath, ToThread } from "./page_messages.ts";

/** One thread. */
export class PageLine implements Disposable {
  readonly #worker: Worker;
  readonly #pathOf: NightPath;
  readonly #asked = new Map<number, PromiseWithResolvers<Response | null>>();
  readonly #pieces = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer> | null>>();
  /** What is said before the thread listens. */
  #early: ToThread[] | null = [];
  #nextId = 1;

  constructor(mainModule: string, library: Library, pathOf: NightPath) {
    this.#pathOf = pathOf;
    this.#worker = new Worker(mainModule, { type: "module", name: "browse" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromThread>) => this.#take(data, library);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      for (const asked of this.#asked.values()) asked.resolve(null);
      for (const piece of this.#pieces.values()) piece.reject(new Error(event.message));
      this.#asked.clear();
      this.#pieces.clear();
    };
  }

  /** Requests that are not answered yet. */
  get busy(): number {
    return this.#asked.size;
  }

  /** Asks for a page; null when it is given up. */
  async ask(path: string, gone: AbortSignal): Promise<Response | null> {
    const id = this.#nextId++;
    const asked = Promise.withResolvers<Response | null>();
    const giveUp = () => {
      this.#asked.delete(id);
      this.#tell({ kind: "drop", id });
      asked.resolve(null);
    };
    this.#asked.set(id, asked);
    gone.addEventListener("abort", giveUp, { once: true });
    this.#tell({ kind: "ask", id, path });
    try {
      return await asked.promise;
    } finally {
      gone.removeEventListener("abort", giveUp);
    }
  }

  #take(message: FromThread, library: Library): void {
    switch (message.kind) {
      case "ready":
        return this.#begin(library);
      case "answer": {
        const asked = this.#asked.get(message.id);
        this.#asked.delete(message.id);
        const { id, status, body, more } = message;
        const headers = message.headers.map(([name, value]): [string, string] => [name, value]);
        const bodyless = status === 204 || status === 304;
        return asked?.resolve(new Response(more ? this.#stream(id) : bodyless ? null : body, { status, headers }));
      }
      case "piece": {
        const piece = this.#pieces.get(message.id);
        this.#pieces.delete(message.id);
        if (message.failed) piece?.reject(new Error("The answer could not be made to its end"));
        else piece?.resolve(message.bytes);
        return;
      }
      case "want":
        this.#pathOf(message.night).then(
          (path) => this.#tell({ kind: "file", night: message.night, path, error: "" }),
          (error: unknown) => {
            const text = error instanceof Error ? error.message : String(error);
            this.#tell({ kind: "file", night: message.night, path: null, error: text });
          },
        );
    }
  }

  #stream(id: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        const piece = Promise.withResolvers<Uint8Array<ArrayBuffer> | null>();
        this.#pieces.set(id, piece);
        this.#tell({ kind: "more", id });
        const bytes = await piece.promise;
        if (bytes === null) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => this.#tell({ kind: "drop", id }),
    }, { highWaterMark: 0 });
  }

  #begin(library: Library): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.#tell({ kind: "library", library });
    for (const message of early) this.#tell(message);
  }

  #tell(message: ToThread): void {
    if (this.#early === null) this.#worker.postMessage(message);
    else this.#early.push(message);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
