/**
 * The one error that a user may see: a code for programs, a sentence, and a hint; by its code also the kind of failure
 * and the exit code of the program. It never prints; `lib/cli/terminal/report.ts` is the only place that turns an error
 * into text and an exit status.
 */
import { type ErrorCode, type ErrorKind, FAILURES } from "./error_codes.ts";
import type { ExitCode } from "./exit_codes.ts";

/** The parts of an {@link AnvilSqliteError}. */
export interface ErrorParts {
  readonly code: ErrorCode;
  /** What the user can do about it. */
  readonly hint?: string | null;
  /** The underlying error, for the stack. */
  readonly cause?: unknown;
}

/** A failure the user can act on. A plain `Error` that escapes is a bug. */
export class AnvilSqliteError extends Error {
  override readonly name: string = "AnvilSqliteError";
  readonly code: ErrorCode;
  readonly hint: string | null;

  constructor(message: string, { code, hint, cause }: ErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint ?? null;
  }

  /** The kind of failure, which says what can be done about it. */
  get kind(): ErrorKind {
    return FAILURES[this.code].kind;
  }

  /** Exit status of a program that this error ends. */
  get exitCode(): ExitCode {
    return FAILURES[this.code].exitCode;
  }
}

/** What stops a run from outside: Ctrl-C, SIGTERM, or a closed terminal. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One of {@link STOP_SIGNALS}. */
export type StopSignal = typeof STOP_SIGNALS[number];

/** The error of a run that the user stopped. */
export function interrupted(): AnvilSqliteError {
  return new AnvilSqliteError("Interrupted", { code: "interrupted" });
}

/** The error of a run that a signal stopped. */
export function stoppedBy(signal: StopSignal): AnvilSqliteError {
  switch (signal) {
    case "SIGINT":
      return interrupted();
    case "SIGTERM":
      return new AnvilSqliteError("Ended by SIGTERM", { code: "terminated" });
    case "SIGHUP":
      return new AnvilSqliteError("Ended, since the terminal was closed", { code: "hung-up" });
  }
}

/** The error of a run whose signal was aborted. */
export function stopped({ reason }: AbortSignal): AnvilSqliteError {
  return reason instanceof AnvilSqliteError ? reason : interrupted();
}

/**
 * The error of a key for browsers: what it may read is not enough for a backup. The key's form or the server shows it.
 */
export function clientKeyError(): AnvilSqliteError {
  return new AnvilSqliteError("This is a client Uplink key, which may not read the app's tables as server code may", {
    code: "client-key",
    hint: "Use the server Uplink key, from the app's Uplink settings.",
  });
}

/**
 * The error of a file that Deno opens only for a program with all permissions, such as those below `/dev`, `/proc` and
 * `/sys`; null for any other error.
 */
export function closedPlace(error: unknown): AnvilSqliteError | null {
  if (!(error instanceof Error) || error.name !== "NotCapable") return null;
  const [, path] = /^Requires all access to "(.*?)"/s.exec(error.message) ?? [];
  if (path === undefined) return null;
  return new AnvilSqliteError(`'${path}' is in a folder of the system that this program may not use`, {
    code: "not-permitted",
    hint: "Use another folder, such as your own. A text, such as an anvil.yaml, can also be piped in: name it '-'.",
    cause: error,
  });
}

/** Whether something thrown is a failure of one of these kinds. */
export function isKind(error: unknown, ...kinds: readonly ErrorKind[]): error is AnvilSqliteError {
  return error instanceof AnvilSqliteError && kinds.includes(error.kind);
}
