/**
 * `snapshots`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE } from "./source.ts";

/** The description of `snapshots`: its arguments, flags, examples and help texts. */
export const SNAPSHOTS = {
  name: "snapshots",
  summary: "List the backups in a folder or a vault",
  description: [
    "Lists backups by app, the oldest first: when, whether complete and of one moment, rows, size, digest, and what looked " +
    "wrong. The time can be written behind an @ where a command reads a backup; of a vault the number can, as @#12.",
    "With --changes it says what changed since the backup before. A vault knows that; files of a folder are compared, " +
    "which takes a while for large ones.",
  ],
  positionals: [SOURCE],
  flags: {
    changes: { kind: "switch", description: "Say for each what changed since the one before." },
    json: { kind: "switch", description: "Print one JSON document." },
  },
  examples: [
    { text: "What backups are there?", command: "snapshots backups" },
    { text: "When did what change?", command: "snapshots backups --changes" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
