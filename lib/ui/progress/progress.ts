/**
 * How a run shows its progress: one interface with several implementations; the program chooses one at its start. The
 * code that runs never asks which one it is.
 */
import type { ProgressEvent } from "./progress_event.ts";

/** Takes the events of a run and decides what to show. */
export interface Progress {
  report(event: ProgressEvent): void;
  /** Removes what should not stay on the screen, even after a failure. */
  close(): void;
}

/** Milliseconds between two updates of a changing line: ten a second. */
export const FRAME_MS = 100;

/** Makes the function that reports retries to a progress, for the wire's `Patience`. */
export function retryReporter(
  progress: Progress,
): (what: string, attempt: number, waitMs: number, message: string) => void {
  return (what, attempt, waitMs, message) => progress.report({ type: "retry", what, attempt, waitMs, message });
}
