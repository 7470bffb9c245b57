/**
 * The error of a command line that is not valid. It never repeats a long value, which may be a key.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { withoutSecrets } from "../../redact.ts";

/** Makes the error of a wrong command line: code `usage`, exit 2. */
export function usageError(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "usage", hint });
}

/** Anvil's keys are longer than 40 characters. */
const LONGEST_SHOWN = 24;
const SHOWN_OF_LONGER = 8;

/** A word of the command line without secrets, cut when it is long enough to be one. */
export function shownWord(given: string): string {
  const word = withoutSecrets(given);
  return word.length <= LONGEST_SHOWN ? word : `${word.slice(0, SHOWN_OF_LONGER)}…`;
}
