/**
 * Makes pages and answers by messages. It runs in a thread of its own, since a thread waits while SQLite answers; or,
 * for quick pages, in the thread that speaks to browsers. It knows nothing of browsers.
 */
import type { Hono } from "../../builtin/hono.ts";
import { systemClock } from "../../clock.ts";
import type { NightState } from "../model/night.ts";
import type { Ready } from "../threads/start_thread.ts";
import { pageApp } from "../routes/page_app.ts";
import { Shelf } from "../routes/shelf.ts";
import type { WorkerScope } from "../../threads/worker_scope.ts";
import { STREAMED } from "../routes/streamed.ts";
import type { FromThread, ToThread } from "./page_messages.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** Makes pages until the thread ends. */
export function answerPages(scope: WorkerScope): void {
  const maker = new PageMaker(scope);
  scope.onmessage = ({ data }: MessageEvent<ToThread>) => maker.take(data);
  scope.postMessage({ kind: "ready" } satisfies Ready);
}

class PageMaker {
  readonly #scope: WorkerScope;
  #app: Hono | null = null;
  #shelf: Shelf | null = null;
  readonly #reading = new Map<number, Reader>();
  readonly #dropped = new Set<number>();
  readonly #wanted = new Map<string, PromiseWithResolvers<NightState>>();

  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  take(message: ToThread): void {
    switch (message.kind) {
      case "library":
        this.#shelf = new Shelf(message.library, (key) => this.#stateOf(key));
        this.#app = pageApp(this.#shelf, systemClock.now);
        return;
      case "ask":
        this.#answer(message.id, message.path);
        return;
      case "more":
        this.#more(message.id);
        return;
      case "drop":
        this.#drop(message.id);
        return;
      case "file": {
        this.#wanted.get(message.night)?.resolve(message.state);
        this.#wanted.delete(message.night);
        return;
      }
      case "end":
        this.#shelf?.[Symbol.asyncDispose]();
    }
  }

  async #answer(id: number, path: string): Promise<void> {
    const answer = await this.#app?.request(path) ?? new Response(null, { status: 503 });
    if (this.#dropped.delete(id)) return await answer.body?.cancel();
    const headers = [...answer.headers].filter(([name]) => name !== STREAMED);
    const start = { kind: "answer", id, status: answer.status, headers } as const;
    if (!answer.headers.has(STREAMED) || answer.body === null) {
      return this.#send({ ...start, body: new Uint8Array(await answer.arrayBuffer()), more: false });
    }
    const reader = answer.body.getReader() as Reader;
    this.#reading.set(id, reader);
    this.#send({ ...start, body: new Uint8Array(), more: true });
  }

  async #more(id: number): Promise<void> {
    const reader = this.#reading.get(id);
    if (reader === undefined) return;
    try {
      const { value } = await reader.read();
      if (value === undefined) this.#reading.delete(id);
      // A copy, since the piece may be SQLite's own, or part of a larger buffer.
      this.#send({ kind: "piece", id, bytes: value === undefined ? null : new Uint8Array(value), failed: false });
    } catch {
      this.#reading.delete(id);
      this.#send({ kind: "piece", id, bytes: null, failed: true });
    }
  }

  #drop(id: number): void {
    const reader = this.#reading.get(id);
    this.#reading.delete(id);
    if (reader === undefined) this.#dropped.add(id);
    else reader.cancel().catch(() => {});
  }

  #stateOf(night: string): Promise<NightState> {
    const known = this.#wanted.get(night);
    if (known !== undefined) return known.promise;
    const wanted = Promise.withResolvers<NightState>();
    this.#wanted.set(night, wanted);
    this.#send({ kind: "want", night });
    return wanted.promise;
  }

  #send(message: FromThread): void {
    const bytes = message.kind === "answer" ? message.body : message.kind === "piece" ? message.bytes : null;
    this.#scope.postMessage(message, bytes === null ? [] : [bytes.buffer]);
  }
}
