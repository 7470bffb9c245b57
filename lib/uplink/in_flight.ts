/**
 * Many tasks at once. The first failure counts: it is thrown when nothing is in flight any more. It starts nothing by
 * itself and does not know what the tasks do.
 */

/** Tasks in flight, and the bytes that they move. */
export class InFlight {
  readonly #tasks = new Set<Promise<void>>();
  readonly #onRoom: () => void;
  #bytes = 0;
  #failure: { readonly error: unknown } | null = null;
  #stopped = false;

  /** @param onRoom called whenever a task has ended and others may be started */
  constructor(onRoom: () => void = () => {}) {
    this.#onRoom = onRoom;
  }

  /** Number of tasks. */
  get count(): number {
    return this.#tasks.size;
  }

  /** Bytes of all tasks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether others may be started: none has failed, and {@link stop} was not called. */
  get isOpen(): boolean {
    return this.#failure === null && !this.#stopped;
  }

  /** Whether there is room for a task with so many bytes; there always is for a single one. */
  hasRoom(limits: { readonly count: number; readonly bytes: number }, bytes = 0): boolean {
    return this.count === 0 || this.count < limits.count && this.#bytes + bytes <= limits.bytes;
  }

  /** Adds a task that has begun. */
  add(task: Promise<void>, bytes = 0): void {
    this.#bytes += bytes;
    const settled = task
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => {
        this.#tasks.delete(settled);
        this.#bytes -= bytes;
        if (this.isOpen) this.#onRoom();
      });
    this.#tasks.add(settled);
  }

  /** Resolves when a task has ended; at once when there are none. */
  async next(): Promise<void> {
    await Promise.race(this.#tasks.size === 0 ? [Promise.resolve()] : this.#tasks);
  }

  /**
   * Waits until `isSettled` returns true (it is asked whenever a task has ended), or until nothing is in flight.
   * @throws the first failure, when nothing is in flight any more
   */
  async until(isSettled: () => boolean = () => false): Promise<void> {
    while (this.#tasks.size > 0 && (this.#failure !== null || !isSettled())) await this.next();
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Starts no more, and waits for those in flight; failures are not reported again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    while (this.#tasks.size > 0) await this.next();
  }
}
