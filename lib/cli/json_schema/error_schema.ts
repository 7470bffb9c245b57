/**
 * What every command prints on stdout with `--json` when it fails.
 */
import { FAILURES } from "../../error_codes.ts";
import { EXIT_CODE, object, oneOf, orNull, TEXT } from "./parts.ts";

const ERROR = object({
  code: oneOf(...Object.keys(FAILURES), "bug"),
  message: TEXT,
  hint: orNull(TEXT),
  exit_code: EXIT_CODE,
});

/** A failure of the whole command; of one of several files or apps it says which. */
export const ERROR_SCHEMA = object({ error: ERROR, file: TEXT, app: TEXT }, "file", "app");
