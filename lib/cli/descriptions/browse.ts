/**
 * `browse`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `browse`: its arguments, flags, examples and help texts. */
export const BROWSE = {
  name: "browse",
  summary: "Look at a backup in a web browser",
  description: [
    "Shows backups as a page of this machine: tables to sort and filter, rows with what they link to and what links to " +
    "them, files, a search over everything, how healthy a backup is; of several nights also what changed between them, and the life of a row. Rows can be picked; the page then shows the " +
    "restore command that puts them back.",
    "It prints an address that holds a key: open it in a browser. The page is for this machine alone, needs no network, " +
    "and changes nothing. Password hashes and other secrets are hidden until you ask for them. It ends with Ctrl-C, or " +
    "when nobody has looked for an hour.",
  ],
  positionals: [{
    name: "source",
    description:
      "A backup, a folder of backups, a vault, or a file of the forum scripts; @WHEN behind it says which night.",
  }],
  flags: {
    port: {
      kind: "integer",
      value: "N",
      min: 0,
      max: 65_535,
      description: "Port to listen on; 0 for any free one.",
      default: 0,
    },
    idle: {
      kind: "integer",
      value: "MINUTES",
      min: 1,
      max: 10_080,
      description: "End when nobody has looked for so many minutes.",
      default: 60,
    },
  },
  examples: [
    { text: "Look at a backup", command: "browse backups/app.sqlite" },
    { text: "Look at all nights in a folder", command: "browse backups" },
    { text: "How was it at the end of October?", command: "browse app.vault@2026-10-31" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs],
} as const satisfies Description;
