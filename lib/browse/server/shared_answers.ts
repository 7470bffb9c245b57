/**
 * Makes a page once for all readers who ask for it at the same time. So many readers who sort one table by one column
 * cost as much as one. An answer is dropped when the last of them has it. It makes no page itself.
 */

/** Makes an answer; it is aborted when nobody waits for it any more. */
type Make = (nobodyWaits: Promise<unknown>) => Promise<Response>;

/** One answer that several readers wait for. */
interface Shared {
  readonly answer: Promise<Response>;
  readonly nobodyWaits: PromiseWithResolvers<never>;
  readers: number;
}

/** Answers that are being made. */
export class SharedAnswers {
  readonly #byPath = new Map<string, Shared>();

  /**
   * The answer to one reader: a new one, or a copy of the one that is being made.
   * @param gone rejects when this reader goes away
   */
  async answer(path: string, gone: Promise<unknown>, make: Make): Promise<Response> {
    const shared = this.#byPath.get(path) ?? this.#begin(path, make);
    shared.readers++;
    gone.catch(() => {
      shared.readers--;
      if (shared.readers === 0) shared.nobodyWaits.reject(new Error("Nobody waits"));
    });
    return (await shared.answer).clone();
  }

  #begin(path: string, make: Make): Shared {
    const nobodyWaits = Promise.withResolvers<never>();
    const shared = { answer: make(nobodyWaits.promise), nobodyWaits, readers: 0 };
    // A reader may go long after its answer came; by then another may be made for the same path.
    const forget = () => {
      if (this.#byPath.get(path) === shared) this.#byPath.delete(path);
    };
    nobodyWaits.promise.catch(forget);
    shared.answer.then(forget, forget);
    this.#byPath.set(path, shared);
    return shared;
  }
}
