/**
 * The error of an id map that does not hold what was written into it. Other files find the damage.
 */
import { AnvilSqliteError } from "../errors.ts";

/** The error of a damaged map: `damaged-id-map`. */
export function damagedIdMap(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The id map '${path}' is damaged: it does not say what was written into it`, {
    code: "damaged-id-map",
    hint:
      "No restore can be gone on with or undone by it. Look at what is in the app, empty the tables that were written " +
      "to (--replace does), and restore anew with another --id-map.",
    cause,
  });
}
