/**
 * The connection to one maker of pages, in a thread or here: requests go in, answers come out, in pieces when they are
 * long. It asks for a piece when the reader has room for it.
 */
import { freeBytes } from "../../release_memory.ts";
import type { Library } from "../model/night.ts";
import { type Ready, startThread, type Thread } from "../threads/start_thread.ts";
import { answerPages } from "./page_maker.ts";
import type { FromThread, StateOfNight, ToThread } from "./page_messages.ts";

/** The connection to one maker of pages. */
export class PageLine implements Disposable {
  readonly #start: () => Thread<ToThread>;
  #thread: Thread<ToThread>;
  readonly #stateOf: StateOfNight;
  readonly #asked = new Map<number, PromiseWithResolvers<Response | null>>();
  readonly #pieces = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer> | null>>();
  #nextId = 1;

  /** @param mainModule URL of the program's main module; null to do the work in this thread */
  constructor(mainModule: string | null, library: Library, stateOf: StateOfNight) {
    this.#stateOf = stateOf;
    this.#start = () => {
      const thread = startThread<ToThread, FromThread>({
        mainModule,
        name: "browse",
        work: answerPages,
        onMessage: (message) => this.#take(message),
        onDeath: (reason) => this.#startAgain(reason),
      });
      thread.tell({ kind: "library", library });
      return thread;
    };
    this.#thread = this.#start();
  }

  /** Requests that are not answered yet. */
  get busy(): number {
    return this.#asked.size;
  }

  /** Asks for a page; null when the request was given up. */
  async ask(path: string, gone: AbortSignal): Promise<Response | null> {
    const id = this.#nextId++;
    const asked = Promise.withResolvers<Response | null>();
    const giveUp = () => {
      this.#asked.delete(id);
      this.#thread.tell({ kind: "drop", id });
      asked.resolve(null);
    };
    this.#asked.set(id, asked);
    gone.addEventListener("abort", giveUp, { once: true });
    this.#thread.tell({ kind: "ask", id, path });
    try {
      return await asked.promise;
    } finally {
      gone.removeEventListener("abort", giveUp);
    }
  }

  #take(message: FromThread | Ready): void {
    switch (message.kind) {
      case "ready":
        return;
      case "answer": {
        const asked = this.#asked.get(message.id);
        this.#asked.delete(message.id);
        const { id, status, body, more } = message;
        const headers = message.headers.map(([name, value]): [string, string] => [name, value]);
        const bodyless = status === 204 || status === 304;
        asked?.resolve(new Response(more ? this.#stream(id) : bodyless ? null : body, { status, headers }));
        // The response copies the bytes (Fetch standard, "extract a body"); these are freed at once.
        return freeBytes(body);
      }
      case "piece": {
        const piece = this.#pieces.get(message.id);
        this.#pieces.delete(message.id);
        if (message.failed) piece?.reject(new Error("The answer could not be made to its end"));
        else piece?.resolve(message.bytes);
        return;
      }
      case "want":
        this.#stateOf(message.night).then((state) => this.#thread.tell({ kind: "file", night: message.night, state }));
    }
  }

  #stream(id: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        const piece = Promise.withResolvers<Uint8Array<ArrayBuffer> | null>();
        this.#pieces.set(id, piece);
        this.#thread.tell({ kind: "more", id });
        const bytes = await piece.promise;
        if (bytes === null) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => this.#thread.tell({ kind: "drop", id }),
    }, { highWaterMark: 0 });
  }

  /** Starts the thread again, so that one bad page does not stop the others. */
  #startAgain(reason: string): void {
    for (const asked of this.#asked.values()) asked.resolve(null);
    for (const piece of this.#pieces.values()) piece.reject(new Error(reason));
    this.#asked.clear();
    this.#pieces.clear();
    this.#thread.terminate();
    this.#thread = this.#start();
  }

  [Symbol.dispose](): void {
    this.#thread.tell({ kind: "end" });
    this.#thread.terminate();
  }
}
