/**
 * Chooses how a run shows its progress: JSON lines, nothing but warnings, a bar, or plain lines.
 */
import type { Clock } from "../../clock.ts";
import { BarProgress } from "../../ui/progress/bar_progress.ts";
import { JsonProgress } from "../../ui/progress/json_progress.ts";
import { LineProgress } from "../../ui/progress/line_progress.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { QuietProgress } from "../../ui/progress/quiet_progress.ts";
import type { Terminal } from "./terminal.ts";

/** The progress for a terminal and the two flags that decide; `json` comes before `quiet`. */
export function chooseProgress(
  terminal: Terminal,
  flags: { readonly json: boolean; readonly quiet: boolean },
  clock: Clock,
): Progress {
  if (flags.json) return new JsonProgress((text) => terminal.out(text), clock);
  if (flags.quiet) return new QuietProgress(terminal);
  return terminal.errIsTerminal ? new BarProgress(terminal, clock) : new LineProgress(terminal, clock);
}
