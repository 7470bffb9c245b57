/**
 * Progress for scripts: it shows only problems.
 */
import type { Progress } from "./progress.ts";
import type { ProgressEvent } from "./progress_event.ts";
import { progressText } from "./progress_text.ts";
import type { Screen } from "./screen.ts";

/** Shows warnings of a run and nothing else. */
export class QuietProgress implements Progress {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  report(event: ProgressEvent): void {
    if (event.type === "warning") this.#screen.line(progressText(event, this.#screen.color) ?? "");
  }

  close(): void {}
}
