/**
 * Progress for logs: a line for every table, and one every ten seconds while a long table is being copied.
 */
import type { Clock } from "../../clock.ts";
import type { Progress } from "./progress.ts";
import { renderProgressFigures } from "./progress_bar.ts";
import type { ProgressEvent } from "./progress_event.ts";
import { ProgressTally } from "./progress_tally.ts";
import { progressText } from "./progress_text.ts";
import type { Screen } from "./screen.ts";

/** Milliseconds between two lines that only show progress. */
const LINE_MS = 10_000;

/** Shows a run as lines that stay. */
export class LineProgress implements Progress {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #tally = new ProgressTally();
  #saidAt: number;
  #said = "";

  constructor(screen: Screen, clock: Clock) {
    this.#screen = screen;
    this.#clock = clock;
    this.#saidAt = clock.monotonic();
  }

  report(event: ProgressEvent): void {
    const now = this.#clock.monotonic();
    this.#tally.add(event, now);
    const text = progressText(event, this.#screen.color);
    // A large table is checked in parts, and each part is announced.
    if (event.type === "checking" && text === this.#said) return;
    if (text !== null) {
      this.#saidAt = now;
      this.#said = text;
      return this.#screen.line(text);
    }
    if (now - this.#saidAt < LINE_MS) return;
    this.#saidAt = now;
    this.#screen.line(renderProgressFigures(this.#tally.state(now)).trimStart());
  }

  close(): void {}
}
