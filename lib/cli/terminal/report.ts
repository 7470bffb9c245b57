/**
 * The one place that turns an error into text and an exit code. An {@link AnvilSqliteError} becomes its sentence and
 * hint; any other error is a bug and becomes its stack. It prints nothing.
 */
import { AnvilSqliteError, closedPlace, interrupted, stopped } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { plainLines } from "../../ui/text/plain_text.ts";
import { toned } from "../../ui/text/style.ts";
import { FULL_VERSION, HOME_PAGE, PROGRAM } from "../../version.ts";

/** The error of a command that has done its work, and whose data could not be written. */
export function outputLost(cause: Error): AnvilSqliteError {
  return new AnvilSqliteError(`What was asked for could not be written to stdout: ${systemReason(cause)}`, {
    code: "output-lost",
    hint: "The command itself has done its work. Check where stdout leads, and ask again.",
    cause,
  });
}

/** The error of a run that was stopped, whatever it failed at meanwhile. How to go on is in the failure's own words. */
export function stoppedWhile(signal: AbortSignal, error: unknown): AnvilSqliteError {
  const { message, code } = stopped(signal);
  return new AnvilSqliteError(message, {
    code,
    hint: error instanceof AnvilSqliteError ? error.hint : null,
    cause: error,
  });
}

function systemReason({ message }: Error): string {
  return message.replace(/ \(os error \d+\).*$/s, "");
}

/** What an error prints, and its exit code. */
interface ErrorReport {
  /** Lines for stderr, without a line end. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** The report for anything thrown. */
export function reportError(error: unknown, color: boolean): ErrorReport {
  const known = knownError(error);
  if (known === null) return { text: bugText(error, color), exitCode: EXIT.failed };
  const { message, hint, kind, exitCode } = known;
  const first = kind === "stopped" ? message : `${toned("error:", "error", color)} ${plainLines(message)}`;
  return { text: [first, ...(hint === null ? [] : [hintLine(hint, color)])].join("\n"), exitCode };
}

/** The error as one with a sentence and exit code; null for a bug. */
export function knownError(error: unknown): AnvilSqliteError | null {
  if (error instanceof AnvilSqliteError) return error;
  if (!(error instanceof Error)) return null;
  if (error instanceof Deno.errors.Interrupted || error.name === "AbortError") return interrupted();
  if (error instanceof Deno.errors.NotCapable) return closedPlace(error) ?? notPermitted(error);
  if (isDiskFull(error)) {
    return new AnvilSqliteError("The disk is full", {
      code: "disk-full",
      hint: "Free some space, or choose another place with -o.",
    });
  }
  return null;
}

/** Deno's message: `Requires read access to "x", run again with the --allow-read flag`. */
function notPermitted({ message }: Error): AnvilSqliteError {
  const [need, advice] = message.split(", run again ");
  return new AnvilSqliteError(need ?? message, {
    code: "not-permitted",
    hint: advice === undefined ? "Deno was started without this permission." : `Run it again ${advice}.`,
  });
}

/** ENOSPC of the system, or SQLITE_FULL by its text (sqlite.org/rescode.html). */
function isDiskFull(error: Error): boolean {
  return ("code" in error && error.code === "ENOSPC") || /database or disk is full|No space left/.test(error.message);
}

function bugText(error: unknown, color: boolean): string {
  const stack = error instanceof Error ? error.stack ?? String(error) : String(error);
  return [
    `${toned("error:", "error", color)} This is a bug in ${PROGRAM} ${FULL_VERSION}`,
    `  ${plainLines(stack)}`,
    hintLine(`Please report it with these lines and what you did: ${HOME_PAGE}/issues`, color),
  ].join("\n");
}

function hintLine(hint: string, color: boolean): string {
  return `${toned("hint:", "hint", color)} ${plainLines(hint)}`;
}
