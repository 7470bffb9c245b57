/**
 * Decides where each page is made. Quick pages are made here, in the thread that speaks to browsers. Pages that may
 * read a whole table are made in another thread, so that readers who sort or search delay only each other. Requests
 * wait here, so that a request whose reader has gone is never begun. The number of waiting requests and the time of
 * waiting are limited.
 */
import type { Clock } from "../../clock.ts";
import { plainPage } from "../pages/message_page.ts";
import type { Library } from "../model/night.ts";
import { PageLine } from "./page_line.ts";
import type { StateOfNight } from "./page_messages.ts";
import { SharedAnswers } from "./shared_answers.ts";

/** Most requests that may wait. */
const WAITING = 256;
/** Requests that each maker may have at once: one of them may be waiting for a night. */
const AT_ONCE = 2;
/** Longest time for a request to wait, and for its page to be made, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Pages that may read a whole table: orders, filters, and pages that read everything. */
const SLOW = /^\/(?:search|compare|files\.zip)\b|[?&](?:sort|o\d+)=/;

/** The slow pages that are a single text and not a stream: several readers can share it. */
const SHARED = /^\/table\//;

/** A request that waits for a thread. */
interface Waiting {
  readonly path: string;
  readonly isSlow: boolean;
  readonly given: AbortSignal;
  /** Settles with the answer; null when the request was given up. */
  readonly answer: PromiseWithResolvers<Response | null>;
}

/** Has pages made, here or in a thread. */
export class PagePool implements Disposable {
  /** Makes quick pages, in this thread: a second thread for them took 45 MB more. */
  readonly #quick: PageLine;
  /** Makes all other pages, in a thread. */
  readonly #any: PageLine;
  readonly #clock: Clock;
  readonly #shared = new SharedAnswers();
  #waiting: Waiting[] = [];

  /** @param mainModule URL of the program's main module; null to have no thread */
  constructor(mainModule: string | null, library: Library, stateOf: StateOfNight, clock: Clock) {
    this.#clock = clock;
    this.#quick = new PageLine(null, library, stateOf);
    this.#any = new PageLine(mainModule, library, stateOf);
  }

  /**
   * The answer to a request; 503 when too many wait, or it takes too long.
   * @param gone rejects when the reader goes away before the end
   */
  async answer(path: string, gone: Promise<unknown>): Promise<Response> {
    if (!SLOW.test(path) || !SHARED.test(path)) return await this.#made(path, gone);
    return await this.#shared.answer(path, gone, (nobodyWaits) => this.#made(path, nobodyWaits));
  }

  async #made(path: string, gone: Promise<unknown>): Promise<Response> {
    if (this.#waiting.length >= WAITING) return tooBusy("Too many pages were asked for at once.");
    const stop = new AbortController();
    const answer = Promise.withResolvers<Response | null>();
    const waiting = { path, isSlow: SLOW.test(path), given: stop.signal, answer };
    const giveUp = () => {
      stop.abort();
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      answer.resolve(null);
    };
    gone.catch(giveUp);
    const cancel = this.#clock.after(PATIENCE_MS, giveUp);
    this.#waiting.push(waiting);
    this.#next();
    try {
      return await answer.promise ?? tooBusy("This page could not be made, or took too long.");
    } finally {
      cancel();
    }
  }

  /** Passes the requests that have waited longest to free threads. */
  #next(): void {
    for (const [line, takes] of [[this.#quick, isQuick], [this.#any, isAny]] as const) {
      while (line.busy < AT_ONCE) {
        const at = this.#waiting.findIndex(takes);
        const [one] = at === -1 ? [] : this.#waiting.splice(at, 1);
        if (one === undefined) break;
        line.ask(one.path, one.given).then(one.answer.resolve, one.answer.reject).finally(() => this.#next());
      }
    }
  }

  [Symbol.dispose](): void {
    this.#quick[Symbol.dispose]();
    this.#any[Symbol.dispose]();
  }
}

const isQuick = ({ isSlow }: Waiting) => !isSlow;
const isAny = () => true;

function tooBusy(reason: string): Response {
  const page = plainPage("Busy", `${reason} Try again in a moment.`);
  return new Response(String(page), {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "1" },
  });
}
