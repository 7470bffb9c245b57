/**
 * `demo`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `demo`: its arguments, flags, examples and help texts. */
export const DEMO = {
  name: "demo",
  summary: "See it work, without an account",
  description: [
    "Serves a small sample app on this machine, backs it up over a real WebSocket, and leaves the SQLite file, whose path " +
    "is printed last. Nothing leaves the machine.",
  ],
  positionals: [],
  flags: {
    output: {
      kind: "text",
      short: "o",
      value: "DIR",
      description: "Folder for the file. Without it: the current folder.",
    },
  },
  examples: [{ text: "Make a file and open it", command: "demo -o /tmp" }],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.incomplete, EXIT.destination],
} as const satisfies Description;
