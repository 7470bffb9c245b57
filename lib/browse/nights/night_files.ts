/**
 * Files of nights: where they are, or how far they are being made. A night of a vault is made when it is first looked at,
 * in a thread of its own, and kept until the end. It reads no file itself.
 */
import type { Clock } from "../../clock.ts";
import type { NightState } from "../model/night.ts";
import type { NightOrigin } from "./open_library.ts";
import type { FromMaker, ToMaker } from "./night_messages.ts";

/** How long a page waits for a night before it says that it is being made, in milliseconds. */
const SHORT_MS = 700;
/** How long the thread may take to clear up, in milliseconds. */
const END_MS = 3_000;

/** Looks after the files of nights. */
export class NightFiles implements AsyncDisposable {
  readonly #origins: ReadonlyMap<string, NightOrigin>;
  readonly #mainModule: string;
  readonly #clock: Clock;
  readonly #states = new Map<string, NightState>();
  readonly #changed = new Map<string, PromiseWithResolvers<void>>();
  #maker: { readonly worker: Worker; readonly ready: Promise<void>; readonly ended: Promise<void> } | null = null;

  /** @param mainModule URL of the program's main module */
  constructor(origins: ReadonlyMap<string, NightOrigin>, mainModule: string, clock: Clock) {
    this.#clock = clock;
    this.#origins = origins;
    this.#mainModule = mainModule;
  }

  /** The file of a night; it begins to be made when it is not there. */
  async state(key: string): Promise<NightState> {
    const origin = this.#origins.get(key);
    if (origin === undefined) return { kind: "failed", message: "There is no such night" };
    if (origin.kind === "file") return { kind: "there", path: origin.path };
    const known = this.#states.get(key);
    if (known !== undefined && known.kind !== "making") return known;
    if (known === undefined) await this.#begin(key, origin);
    await this.#within(SHORT_MS, this.#changed.get(key)?.promise);
    return this.#states.get(key) ?? { kind: "making", rows: 0 };
  }

  async #begin(night: string, { path, number }: Extract<NightOrigin, { kind: "vault" }>): Promise<void> {
    this.#states.set(night, { kind: "making", rows: 0 });
    this.#changed.set(night, Promise.withResolvers());
    this.#maker ??= this.#start();
    await this.#maker.ready;
    this.#maker.worker.postMessage({ kind: "make", night, path, number } satisfies ToMaker);
  }

  #start() {
    const ready = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const worker = new Worker(this.#mainModule, { type: "module", name: "browse-nights" });
    const settle = (night: string, state: NightState) => {
      this.#states.set(night, state);
      if (state.kind !== "making") this.#changed.get(night)?.resolve();
    };
    worker.onmessage = ({ data }: MessageEvent<FromMaker>) => {
      switch (data.kind) {
        case "ready":
          return ready.resolve();
        case "rows":
          return settle(data.night, { kind: "making", rows: data.rows });
        case "made":
          return settle(data.night, { kind: "there", path: data.path });
        case "failed":
          return settle(data.night, { kind: "failed", message: data.message });
        case "ended":
          return ended.resolve();
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      ready.resolve();
      ended.resolve();
      for (const night of this.#changed.keys()) settle(night, { kind: "failed", message: event.message });
    };
    return { worker, ready: ready.promise, ended: ended.promise };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#maker === null) return;
    const { worker, ended } = this.#maker;
    worker.postMessage({ kind: "end" } satisfies ToMaker);
    await this.#within(END_MS, ended);
    worker.terminate();
  }

  async #within(ms: number, done: Promise<void> | undefined): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#clock.after(ms, late.resolve);
    await Promise.race([done, late.promise]);
    cancel();
  }
}
