/**
 * The files of nights: where they are, or how far their making is. A night of a vault is made when somebody first looks
 * at it, in a thread of its own, and kept until the program ends. It reads no file itself.
 */
import type { Clock } from "../../clock.ts";
import type { NightState } from "../model/night.ts";
import { startThread, type Thread } from "../threads/start_thread.ts";
import type { NightOrigin } from "./open_library.ts";
import { makeNights } from "./night_maker.ts";
import type { FromMaker, ToMaker } from "./night_messages.ts";

/** How long a page waits for a night before it shows that the night is being made, in milliseconds. */
const SHORT_MS = 700;
/** How long the thread may take to remove its files, in milliseconds. */
const END_MS = 3_000;

/** Keeps the files of nights, and has them made. */
export class NightFiles implements AsyncDisposable {
  readonly #origins: ReadonlyMap<string, NightOrigin>;
  readonly #mainModule: string | null;
  readonly #clock: Clock;
  readonly #states = new Map<string, NightState>();
  readonly #changed = new Map<string, PromiseWithResolvers<void>>();
  #maker: { readonly thread: Thread<ToMaker>; readonly ended: Promise<void> } | null = null;

  /** @param mainModule URL of the program's main module; null to take nights out in this thread */
  constructor(origins: ReadonlyMap<string, NightOrigin>, mainModule: string | null, clock: Clock) {
    this.#clock = clock;
    this.#origins = origins;
    this.#mainModule = mainModule;
  }

  /** The file of a night; if it does not exist yet, its making begins. */
  async state(key: string): Promise<NightState> {
    const origin = this.#origins.get(key);
    if (origin === undefined) return { kind: "failed", message: "There is no such night" };
    if (origin.kind === "file") return { kind: "there", path: origin.path };
    const known = this.#states.get(key);
    if (known !== undefined && known.kind !== "making") return known;
    if (known === undefined) this.#begin(key, origin);
    await this.#within(SHORT_MS, this.#changed.get(key)?.promise);
    return this.#states.get(key) ?? { kind: "making", rows: 0 };
  }

  #begin(night: string, { path, number }: Extract<NightOrigin, { kind: "vault" }>): void {
    this.#states.set(night, { kind: "making", rows: 0 });
    this.#changed.set(night, Promise.withResolvers());
    this.#maker ??= this.#start();
    this.#maker.thread.tell({ kind: "make", night, path, number });
  }

  #start() {
    const ended = Promise.withResolvers<void>();
    const settle = (night: string, state: NightState) => {
      this.#states.set(night, state);
      if (state.kind !== "making") this.#changed.get(night)?.resolve();
    };
    const thread = startThread<ToMaker, FromMaker>({
      mainModule: this.#mainModule,
      name: "browse-nights",
      work: makeNights,
      onMessage: (message) => {
        switch (message.kind) {
          case "ready":
            return;
          case "rows":
            return settle(message.night, { kind: "making", rows: message.rows });
          case "made":
            return settle(message.night, { kind: "there", path: message.path });
          case "failed":
            return settle(message.night, { kind: "failed", message: message.message });
          case "ended":
            return ended.resolve();
        }
      },
      onDeath: (message) => {
        ended.resolve();
        for (const night of this.#changed.keys()) settle(night, { kind: "failed", message });
      },
    });
    return { thread, ended: ended.promise };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#maker === null) return;
    const { thread, ended } = this.#maker;
    thread.tell({ kind: "end" });
    await this.#within(END_MS, ended);
    thread.terminate();
  }

  async #within(ms: number, done: Promise<void> | undefined): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#clock.after(ms, late.resolve);
    await Promise.race([done, late.promise]);
    cancel();
  }
}
