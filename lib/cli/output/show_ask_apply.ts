/**
 * What `restore` and `copy` have in common: both show the plan, ask, carry it out, and show how it ended. What is
 * written is decided elsewhere.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { refuseUnwritable } from "../../restore/plan/plan_restore.ts";
import type { RestoreRun } from "../../restore/run/run_restore.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { confirmApp } from "../input/confirm_app.ts";
import type { Surroundings } from "../model/command.ts";
import { errorDocument } from "../terminal/error_document.ts";
import { reportError } from "../terminal/report.ts";
import { warningLine } from "../terminal/warning_line.ts";
import { planJson, planText, resultJson, resultText } from "./restore_text.ts";

/** A plan that is to be shown, and how it is carried out. */
interface PlannedWrite {
  readonly run: RestoreRun;
  readonly progress: Progress;
  /** What the rows come from: a file's path, or an app. */
  readonly source: string;
  /** First line of the plan. */
  readonly title: string;
  /** What the user should know about the source. */
  readonly notes: readonly string[];
  /** The app that is written to. */
  readonly url: string;
  /** The name under which this app was set up; null for an app that was not set up. */
  readonly appName: string | null;
  /** Path of the id map that is kept; null when no map is kept. */
  readonly idMap: string | null;
}

/** The flags that both commands have. */
interface WriteFlags {
  readonly apply: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Rows that the plan shows; `copy` has no such flag. */
  readonly show?: string;
}

/** Rows of each table and kind that a plan shows. */
const SHOWN_ROWS = 10;

/**
 * Shows, asks and applies.
 * @throws {AnvilSqliteError} `not-writable` (exit 12), once the plan is shown
 * @returns 5 when the app does not fit, else how the restore ended; 0 when there was nothing to do
 */
export async function showAskApply(
  surroundings: Surroundings & { readonly flags: WriteFlags },
  { run, progress, source, title, notes, url, appName, idMap }: PlannedWrite,
): Promise<ExitCode> {
  const { flags, terminal } = surroundings;
  const { plan, target } = run;
  const as = { width: terminal.columns, rows: flags.show === "all" ? Infinity : SHOWN_ROWS };
  const shown = { file: source, title, notes, plan, target, url, appName, applied: flags.apply, as };
  progress.close();
  if (!flags.json) {
    for (const note of notes) terminal.line(warningLine(note, terminal.color));
    if (!flags.apply) terminal.out(planText(shown));
    else if (!flags.quiet) terminal.tell(planText(shown));
  }
  const isRefused = plan.gaps.length > 0 || plan.refused.length > 0;
  if (isRefused || !flags.apply || !run.hasWork) {
    const refusal = refusalOf(plan);
    if (flags.json) terminal.out(planJson(shown, refusal === null ? null : errorDocument(refusal)));
    if (refusal === null) return plan.gaps.length > 0 ? EXIT.drift : EXIT.done;
    // One document is on stdout already, with the error in it.
    terminal.line(reportError(refusal, terminal.color).text ?? refusal.message);
    return refusal.exitCode;
  }
  if (!flags.yes) await confirmApp(surroundings, appName ?? plan.app, "be written to");
  const result = await run.apply();
  progress.close();
  if (flags.json) terminal.out(resultJson(shown, result, idMap));
  else terminal.tell(resultText(plan, result, idMap));
  return result.exitCode;
}

function refusalOf(plan: RestoreRun["plan"]): AnvilSqliteError | null {
  try {
    refuseUnwritable(plan);
    return null;
  } catch (error) {
    if (error instanceof AnvilSqliteError) return error;
    throw error;
  }
}
