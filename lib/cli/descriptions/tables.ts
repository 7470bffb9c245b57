/**
 * `tables`: what its `--help` says and what it takes.
 */
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES } from "./connection.ts";

/** The description of `tables`: its arguments, flags, examples and help texts. */
export const TABLES = {
  name: "tables",
  summary: "List the live app's tables",
  description: [
    "Lists the tables of a live app: name, columns, rows, whether this key may read them, and the tables they link to. " +
    "It reads no rows and changes nothing.",
  ],
  positionals: [{ name: "name", description: "An app that was set up.", optional: true }],
  flags: {
    json: { kind: "switch", description: "Print one JSON document instead of a table." },
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "What is in the app?", command: "tables --key-file uplink.key" },
    { text: "The same for a program", command: "tables --key-file uplink.key --json" },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [...COMMON_EXITS, ...CONNECTION_EXITS],
} as const satisfies Description;
