/**
 * Progress for a person at a terminal: one changing line, drawn at most ten times a second, and lines for what must stay.
 */
import type { Clock } from "../../clock.ts";
import { FRAME_MS, type Progress } from "./progress.ts";
import { renderProgressBar } from "./progress_bar.ts";
import type { ProgressEvent } from "./progress_event.ts";
import { ProgressTally } from "./progress_tally.ts";
import { progressText } from "./progress_text.ts";
import type { Screen } from "./screen.ts";
import { fitText } from "../text/text_width.ts";

/** Shows a run as a bar. */
export class BarProgress implements Progress {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #tally = new ProgressTally();
  #drawnAt = -Infinity;

  constructor(screen: Screen, clock: Clock) {
    this.#screen = screen;
    this.#clock = clock;
  }

  report(event: ProgressEvent): void {
    const now = this.#clock.monotonic();
    this.#tally.add(event, now);
    const text = progressText(event, this.#screen.color);
    switch (event.type) {
      case "connected":
      case "plan":
      case "warning":
        return this.#screen.line(text ?? "");
      case "checking":
      case "step":
      case "retry":
        // Drawn at once, since no other event may come for a while.
        this.#drawnAt = now;
        return this.#screen.status(fitText(text ?? "", this.#width));
      case "done":
        this.#screen.status(null);
        return this.#screen.line(text ?? "");
      case "table-start":
      case "rows":
      case "media":
      case "table-done":
        return this.#draw(now);
    }
  }

  #draw(now: number): void {
    if (now - this.#drawnAt < FRAME_MS) return;
    this.#drawnAt = now;
    this.#screen.status(renderProgressBar(this.#tally.state(now), this.#width));
  }

  /** The last column stays free: some terminals wrap a line that fills it. */
  get #width(): number {
    return this.#screen.columns - 1;
  }

  close(): void {
    this.#screen.status(null);
  }
}
