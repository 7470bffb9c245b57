/**
 * The error of a place that cannot be written, in one wording for everything that writes files. It opens nothing.
 */
import { AnvilSqliteError, closedPlace } from "../errors.ts";

/** The error of a destination that cannot be written. */
export function cannotWrite(path: string, cause: unknown): AnvilSqliteError {
  const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\)/, "") : String(cause);
  return closedPlace(cause) ?? new AnvilSqliteError(`Cannot write '${path}': ${reason}`, {
    code: "cannot-write",
    hint: "Choose another place with -o, and check permissions and free space.",
    cause,
  });
}
