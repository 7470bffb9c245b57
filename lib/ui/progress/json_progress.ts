/**
 * Progress for programs: one JSON object a line, `event` and `time` first, then the event's own fields. Rows and media
 * are reported at most ten times a second; their last figures are in `table-done` and `done`.
 */
import type { Clock } from "../../clock.ts";
import { jsonText } from "../text/json_text.ts";
import { FRAME_MS, type Progress } from "./progress.ts";
import type { ProgressEvent } from "./progress_event.ts";

/** Writes a run as JSON lines. */
export class JsonProgress implements Progress {
  readonly #write: (text: string) => void;
  readonly #clock: Clock;
  #countedAt = -Infinity;

  constructor(write: (text: string) => void, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  report(event: ProgressEvent): void {
    if (event.type === "rows" || event.type === "media") {
      const now = this.#clock.monotonic();
      if (now - this.#countedAt < FRAME_MS) return;
      this.#countedAt = now;
    }
    const { type, ...fields } = event;
    this.#write(`${jsonText({ event: type, time: new Date(this.#clock.now()).toISOString(), ...fields })}\n`);
  }

  close(): void {}
}
