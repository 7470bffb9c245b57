/**
 * Ctrl-C: the first one asks the running command to stop cleanly, the second one does not ask.
 * It decides no exit code and writes nothing; both steps are given to it.
 */

/** What the two steps do. */
interface InterruptSteps {
  /** Called once, at the first signal. */
  readonly first: () => void;
  /** Called at every further one. */
  readonly again: () => void;
}

/** Signals that stop the program. Windows has no SIGTERM. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/**
 * A limit on the size of files (`ulimit -f`) ends a program without a word, unless it listens: then the write fails, and is
 * told of like any other. Source: setrlimit(2).
 */
const FILE_LIMIT: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGXFSZ"];

/** Listens for the signals that stop a program. */
export class Interrupts implements Disposable {
  readonly #steps: InterruptSteps;
  #count = 0;
  readonly #listener = () => this.#onSignal();

  constructor(steps: InterruptSteps) {
    this.#steps = steps;
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
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#listener);
  }

  #listen(): void {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#listener);
  }

  #onSignal(): void {
    this.#count++;
    if (this.#count === 1) this.#steps.first();
    else this.#steps.again();
  }
}

function nothing(): void {}
