/**
 * The error of a file whose rows are not what was backed up.
 */
import { AnvilSqliteError } from "../../errors.ts";

/** Makes the error; `table` is a Python name. */
export function damagedTable(path: string, table: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`DAMAGED: table '${table}' of '${path}' is not what was backed up`, {
    code: "damaged",
    hint: "It was not taken in, and the vault is as it was. 'verify' says more about the file.",
    cause,
  });
}
