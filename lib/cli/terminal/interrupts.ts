/**
 * Ctrl-C, SIGTERM and a closed terminal. The first of them asks the running command to stop cleanly; a second Ctrl-C or
 * SIGTERM ends it at once. The caller passes both steps in: this file decides no exit code and writes nothing.
 */
import { STOP_SIGNALS, type StopSignal } from "../../errors.ts";

/** What the two steps do. */
interface InterruptSteps {
  /** Called once, at the first signal. */
  readonly first: (signal: StopSignal) => void;
  /** Called at every further one, apart from SIGHUP: shell and system both send it when a terminal is closed. */
  readonly again: (signal: StopSignal) => void;
}

/** Whether a closed terminal stops the program. */
interface InterruptOptions {
  /**
   * Whether one of the program's streams is a terminal. When none is, SIGHUP is ignored, as `nohup` wants it. Deno does
   * not say that it was ignored when the program began, and its own handling ends the program.
   */
  readonly atTerminal: boolean;
}

/** Signals that are listened to. Windows has no SIGTERM; SIGHUP there is a console window that is closed. */
const LISTENED: readonly StopSignal[] = STOP_SIGNALS.filter((signal) =>
  Deno.build.os !== "windows" || signal !== "SIGTERM"
);

/**
 * With a limit on the size of files (`ulimit -f`), the system ends a program silently, unless it listens: then the
 * write fails, and is reported like any other failure. Source: setrlimit(2).
 */
const FILE_LIMIT: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGXFSZ"];

/** Listens for the signals that stop a program. */
export class Interrupts implements Disposable {
  readonly #steps: InterruptSteps;
  readonly #options: InterruptOptions;
  #count = 0;
  readonly #listeners = LISTENED.map((signal) => [signal, () => this.#onSignal(signal)] as const);

  constructor(steps: InterruptSteps, options: InterruptOptions) {
    this.#steps = steps;
    this.#options = options;
    this.#listen();
    for (const signal of FILE_LIMIT) Deno.addSignalListener(signal, nothing);
  }

  /**
   * Runs something that blocks this thread, such as a prompt, with the system's own handling of Ctrl-C: a listener could
   * not run meanwhile.
   */
  suspended<T>(body: () => T): T {
    this.#ignore();
    try {
      return body();
    } finally {
      this.#listen();
    }
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#ignore();
    for (const signal of FILE_LIMIT) Deno.removeSignalListener(signal, nothing);
  }

  #ignore(): void {
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
  }

  #listen(): void {
    for (const [signal, listener] of this.#listeners) Deno.addSignalListener(signal, listener);
  }

  #onSignal(signal: StopSignal): void {
    if (signal === "SIGHUP" && !this.#options.atTerminal) return;
    this.#count++;
    if (this.#count === 1) this.#steps.first(signal);
    else if (signal !== "SIGHUP") this.#steps.again(signal);
  }
}

function nothing(): void {}
