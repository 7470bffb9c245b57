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

/** The failure of a whole command; when it is about one of several files or apps, it names it. */
export const ERROR_SCHEMA = object({ error: ERROR, file: TEXT, app: TEXT }, "file", "app");
