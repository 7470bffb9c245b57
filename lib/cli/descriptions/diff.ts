/**
 * `diff`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES, PACE_FLAG, WAIT_FLAG } from "./connection.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `diff`: its arguments, flags, examples and help texts. */
export const DIFF = {
  name: "diff",
  summary: "Show what differs between two backups, or a backup and the app",
  description: [
    "Compares two backups table by table, row by row, cell by cell: what was added, deleted or changed from the first to " +
    "the second, old value and new. 1 and 1.0 differ, and so does a file whose bytes differ. Values of secret columns are " +
    "not shown.",
    "With 'live' in place of the second, the app is read once more, as that backup was made.",
    "A row that a restore put back under a new id is found by the id maps beside the backups (or --id-map), and is " +
    "compared with what it was.",
    WHICH_SNAPSHOT,
  ],
  positionals: [
    { ...SOURCE, description: `The earlier one. ${SOURCE.description}` },
    { name: "other", description: "The later one, in the same words; or 'live'." },
  ],
  flags: {
    table: { kind: "list", value: "NAME", description: "Compare only this table." },
    "id-map": { kind: "list", value: "FILE", description: "An id map that lies elsewhere." },
    "no-media": { kind: "switch", description: "With 'live': do not read media again." },
    json: {
      kind: "switch",
      description:
        "Print one JSON object a line: each schema change, row and table, and a last one with 'kind': 'end'.",
    },
    quiet: { kind: "switch", short: "q", description: "Say nothing but what differs." },
    ...PACE_FLAG,
    ...WAIT_FLAG,
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "What changed last night?", command: "diff backups@-1 backups" },
    {
      text: "What changed in one table since the first of November?",
      command: "diff backups@2026-11-01 backups --table books",
    },
    { text: "What changed in the app since the last backup?", command: "diff backups live --key-file uplink.key" },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [...COMMON_EXITS, EXIT.incomplete, EXIT.different, ...CONNECTION_EXITS, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
