/**
 * `history`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE } from "./source.ts";

/** The description of `history`: its arguments, flags, examples and help texts. */
export const HISTORY = {
  name: "history",
  summary: "Tell the life of a row, night by night",
  description: [
    "Goes through all backups of a folder or a vault and says of a row when it was added, changed and deleted: old value " +
    "and new, one line for each night on which it changed. A change shows in the first backup after it. Where a table " +
    "could not be read on a night, or was left out, the line says between which two nights it changed.",
    "Rows are found with --where by any of their versions, so also deleted ones. With @WHEN the history ends there.",
  ],
  positionals: [SOURCE],
  flags: {
    table: { kind: "text", value: "NAME", description: "The table; --row with its [table,row] needs none." },
    row: {
      kind: "list",
      value: "ID",
      description: "The row, written as Anvil does: [101,42]; with --table its number will do.",
    },
    where: { kind: "text", value: "SQL", description: "Rows of --table for which this SQL expression was ever true." },
    json: { kind: "switch", description: "Print one JSON object a line: each change." },
  },
  examples: [
    { text: "What happened to this row?", command: "history backups --row [101,42]" },
    {
      text: "And to every book of that name, deleted ones too?",
      command: `history backups --table books --where "title='Emma'"`,
    },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
