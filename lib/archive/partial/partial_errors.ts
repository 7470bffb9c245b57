/**
 * The errors of a partial file with which a run cannot go on. Only errors.
 */
import { AnvilSqliteError } from "../../errors.ts";

/** The error of a partial file whose run was killed before it had begun to copy. */
export function emptyPartial(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' was interrupted before anything was in it`, {
    code: "empty-partial",
    hint: "If no run is about to fill it, delete it and start a new backup.",
  });
}

/** The error of a partial file whose own description is damaged: then nothing in it can be trusted. */
export function damagedPartial(path: string, what: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is damaged: ${what}`, {
    code: "damaged-partial",
    hint: "It cannot be gone on with: delete it and start a new backup.",
    cause,
  });
}
