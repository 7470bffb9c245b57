/**
 * How a run shows its progress: one interface with several implementations; the program chooses one at its start. The
 * code that runs never asks which one it is.
 */
import type { ProgressEvent } from "./progress_event.ts";

/** Takes the events of a run and shows them, or not. */
export interface Progress {
  report(event: ProgressEvent): void;
  /** Takes away what is not to stay on the screen, also after a failure. */
  close(): void;
}

/** Milliseconds between two pictures of a changing thing: ten a second. */
export const FRAME_MS = 100;

/** Tells a progress of what is tried again, in the words of `Patience` of the wire. */
export function retryReporter(
  progress: Progress,
): (what: string, attempt: number, waitMs: number, message: string) => void {
  return (what, attempt, waitMs, message) => progress.report({ type: "retry", what, attempt, waitMs, message });
}
