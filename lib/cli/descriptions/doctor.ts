/**
 * `doctor`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES } from "./connection.ts";

/** The description of `doctor`: its arguments, flags, examples and help texts. */
export const DOCTOR = {
  name: "doctor",
  summary: "Check everything that a backup needs",
  description: [
    "Connects and reports: server, kind of key, environment, tables that may be read or not, rows with estimated size and " +
    "time, disk space, clock, and whether the schema has changed since a file was saved. The exit status is that of the worst finding.",
  ],
  positionals: [{ name: "name", description: "An app that was set up.", optional: true }],
  flags: {
    output: {
      kind: "text",
      short: "o",
      value: "PATH",
      description: "Where backups would go: a folder or a file, as for 'backup'. Without it: the current folder.",
    },
    schema: {
      kind: "text",
      value: "FILE",
      description: "An anvil.yaml to compare with the live app; - for standard input.",
    },
    json: { kind: "switch", description: "Print one JSON document." },
    ...CONNECTION_FLAGS,
  },
  examples: [{ text: "Would tonight's backup work?", command: "doctor -o backups --key-file uplink.key" }],
  environment: CONNECTION_VARIABLES,
  exits: [...COMMON_EXITS, EXIT.incomplete, EXIT.drift, ...CONNECTION_EXITS, EXIT.destination],
} as const satisfies Description;
