/**
 * The one error a user may see: a code for programs, a sentence, a hint, and by its code what kind of failure it is and
 * the exit code it ends the program with. It never prints; `lib/cli/terminal/report.ts` is the only place that turns an
 * error into text and an exit status.
 */
import { type ErrorCode, type ErrorKind, FAILURES } from "./error_codes.ts";
import type { ExitCode } from "./exit_codes.ts";

/** Written in place of a secret in messages. */
export const REDACTED = "[secret]";

/** What an {@link AnvilSqliteError} is made of. */
export interface ErrorParts {
  readonly code: ErrorCode;
  /** What the user can do about it. */
  readonly hint?: string | null;
  /** What lay beneath, for the stack. */
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

  /** What can be done about it. */
  get kind(): ErrorKind {
    return FAILURES[this.code].kind;
  }

  /** Exit status of a program that ends with it. */
  get exitCode(): ExitCode {
    return FAILURES[this.code].exitCode;
  }
}

/** The error of a run that the user stopped; `hint` says how it can be gone on with. */
export function interrupted(hint: string | null = null, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError("Interrupted", { code: "interrupted", hint, cause });
}

/** Whether something thrown is a failure of one of these kinds. */
export function isKind(error: unknown, ...kinds: readonly ErrorKind[]): error is AnvilSqliteError {
  return error instanceof AnvilSqliteError && kinds.includes(error.kind);
}
