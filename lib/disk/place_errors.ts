/**
 * The errors about a place where a file cannot go. Only errors; it looks at nothing.
 */
import { AnvilSqliteError, closedPlace } from "../errors.ts";

/** The error of a destination that cannot be written. */
export function cannotWrite(path: string, cause: unknown): AnvilSqliteError {
  const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
  return closedPlace(cause) ?? new AnvilSqliteError(`Cannot write '${path}': ${reason}`, {
    code: "cannot-write",
    hint: "Choose another place with -o, and check permissions and free space.",
    cause,
  });
}

/** The error of a name that another file has. */
export function nameTaken(path: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(`The file exists already: ${path}`, { code: "destination-exists", hint });
}

/** The error of a file that is no longer where its run made it. */
export function fileReplaced(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' was taken away or replaced while this run was writing it`, {
    code: "file-replaced",
    hint: "What this run had written is lost. Start it again, with a name that nobody else uses.",
  });
}
