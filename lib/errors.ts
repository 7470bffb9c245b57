/**
 * The one error a user may see: a code for programs, a sentence, a hint, and the exit code it ends the program with.
 * It never prints; `lib/cli/terminal/report.ts` is the only place that turns an error into text and an exit status.
 */

/** Exit codes of the program, by meaning. */
export const EXIT = {
  /** Done and complete. */
  done: 0,
  /** Failed, with no code of its own. */
  failed: 1,
  /** Wrong usage or configuration, or a schema file that is none. */
  usage: 2,
  /** Written, but incomplete. */
  incomplete: 3,
  /** Differences or damage found. */
  different: 4,
  /** Schema drift refused. */
  drift: 5,
  /** Server not reached, or lost for good. */
  unreachable: 10,
  /** Key refused. */
  keyRefused: 11,
  /** The key may not do this. */
  notAllowed: 12,
  /** Maintenance, quota or rate limit. */
  unavailable: 13,
  /** Not one of our files, or written by a newer version. */
  notOurs: 20,
  /** Destination exists, is locked, or the disk is full. */
  destination: 21,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}'s values. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** Stands in place of a secret in messages. */
export const REDACTED = "[secret]";

/** What an {@link AnvilSqliteError} is made of. */
export interface ErrorParts {
  /** Stable, lower-case, hyphenated; for programs and tests. */
  readonly code: string;
  /** What the user can do about it. */
  readonly hint?: string;
  /** Exit status; {@link EXIT}`.failed` unless given. */
  readonly exitCode?: ExitCode;
  /** What lay beneath, for the stack. */
  readonly cause?: unknown;
}

/** A failure the user can act on. A plain `Error` that escapes is a bug. */
export class AnvilSqliteError extends Error {
  override readonly name: string = "AnvilSqliteError";
  readonly code: string;
  readonly hint: string | null;
  readonly exitCode: ExitCode;

  constructor(message: string, parts: ErrorParts) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = parts.code;
    this.hint = parts.hint ?? null;
    this.exitCode = parts.exitCode ?? EXIT.failed;
  }
}

/** The error of a run that the user stopped. */
export function interrupted(): AnvilSqliteError {
  return new AnvilSqliteError("Interrupted", { code: "interrupted", exitCode: EXIT.interrupted });
}
