/**
 * A clock that moves on whenever this process has nothing to do, so that a wait of a minute takes a moment and nothing
 * depends on how fast the machine is: a call on loopback is answered before the clock has moved by a second.
 */
import { ManualClock } from "./manual_clock.ts";

/** How far time moves in one turn of the event loop. */
const STEP_MS = 100;

/** Time that flows by itself until the end of the block. */
export class FlowingClock extends ManualClock implements AsyncDisposable {
  #flowing = true;
  readonly #end = this.#flow();

  async #flow(): Promise<void> {
    while (this.#flowing) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.advance(STEP_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flowing = false;
    await this.#end;
  }
}
