/**
 * `inspect`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { JSON_OF_SOURCES, SOURCES, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `inspect`: its arguments, flags, examples and help texts. */
export const INSPECT = {
  name: "inspect",
  summary: "Show what a file holds, and what it does not",
  description: [
    "Shows on one screen which app a file is of, when and how it was copied, its tables, media and warnings, and what " +
    "no backup of this kind holds. It checks nothing; 'verify' does.",
    WHICH_SNAPSHOT,
    "It also reads .partial files and files of the forum scripts, and lists cells there that SQLite may have changed.",
  ],
  positionals: [SOURCES],
  flags: { json: { kind: "switch", description: JSON_OF_SOURCES } },
  examples: [
    { text: "What is in this file?", command: "inspect backups/app.sqlite" },
    { text: "What was in the newest backup of yesterday?", command: "inspect backups@yesterday" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.notOurs],
} as const satisfies Description;
