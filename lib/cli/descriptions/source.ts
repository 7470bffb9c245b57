/**
 * Texts of `--help` about sources, for commands that read files. Only texts.
 */
import type { Positional } from "../model/command.ts";

const WHAT =
  "A file, a folder, a vault, a pattern such as 'backups/*.sqlite', or the name of an app; @WHEN may follow.";

/** The argument of commands that take one source. */
export const SOURCE = { name: "source", description: WHAT } as const satisfies Positional;

/** The argument of commands that take one source or more. */
export const SOURCES = { name: "source", description: WHAT, many: true } as const satisfies Positional;

/** Which snapshot of a source is read, for `--help`. */
export const WHICH_SNAPSHOT =
  "A folder or a vault means its newest complete backup. Another one is named with @WHEN behind it: @2026-11-01 (the " +
  "newest of that day or before), @2026-11-01T02:00Z, @today, @yesterday, @latest, @-1 (the one before the newest), or in " +
  "a vault @#12.";

/** `--json` of a command that takes one source or more. */
export const JSON_OF_SOURCES = "Print one JSON document; of several sources, one JSON object a line.";
