/**
 * An error as `--json` prints it, under the name `error`, for programs. It prints nothing.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import { knownError } from "./report.ts";

/** An error as a program reads it. */
interface ErrorDocument {
  /** One of the codes of failures, or `bug`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exit_code: ExitCode;
}

/** The document for anything thrown. */
export function errorDocument(error: unknown): ErrorDocument {
  const known = knownError(error);
  if (known instanceof AnvilSqliteError) {
    const { code, message, hint, exitCode } = known;
    return { code, message, hint, exit_code: exitCode };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { code: "bug", message: `A bug in ${PROGRAM} ${FULL_VERSION}: ${what}`, hint: null, exit_code: EXIT.failed };
}
