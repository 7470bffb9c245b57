/**
 * The threads that make pages, seen from the one that speaks to browsers: whoever has least to do gets the next request.
 * So many may wait and no more, and none for long, so that no crowd of requests grows the program or starves a reader.
 */
import type { Clock } from "../../clock.ts";
import { plainPage } from "../pages/message_page.ts";
import type { Library } from "../model/night.ts";
import { PageLine } from "./page_line.ts";
import type { StateOfNight } from "./page_messages.ts";

/** Threads: while one looks through a large table, the other still answers. */
const THREADS = 2;
/** Requests that may wait for one. */
const WAITING = 256;
/** How long a request may wait, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Makes pages in threads. */
export class PagePool implements Disposable {
  readonly #lines: readonly PageLine[];
  readonly #clock: Clock;

  /** @param mainModule URL of the program's main module */
  constructor(mainModule: string, library: Library, stateOf: StateOfNight, clock: Clock) {
    this.#clock = clock;
    this.#lines = Array.from({ length: THREADS }, () => new PageLine(mainModule, library, stateOf));
  }

  /**
   * The answer to a request; 503 when too many wait, or it takes too long.
   * @param gone rejects when the reader goes away before the end
   */
  async answer(path: string, gone: Promise<unknown>): Promise<Response> {
    const line = this.#lines.reduce((least, one) => one.busy < least.busy ? one : least);
    const all = this.#lines.reduce((sum, { busy }) => sum + busy, 0);
    if (all >= WAITING) return tooBusy("Too many pages were asked for at once.");
    const stop = new AbortController();
    const giveUp = () => stop.abort();
    gone.catch(giveUp);
    const cancel = this.#clock.after(PATIENCE_MS, giveUp);
    try {
      return await line.ask(path, stop.signal) ?? tooBusy("This page took too long to make.");
    } finally {
      cancel();
    }
  }

  [Symbol.dispose](): void {
    for (const line of this.#lines) line[Symbol.dispose]();
  }
}

function tooBusy(reason: string): Response {
  const page = plainPage("Busy", `${reason} Try again in a moment.`);
  return new Response(String(page), {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "1" },
  });
}
