/**
 * `schedule`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `schedule`: its arguments, flags, examples and help texts. */
export const SCHEDULE = {
  name: "schedule",
  summary: "Have an app backed up every night by this system",
  description: [
    "Shows what this system needs to run 'backup NAME' every night, and the command that switches it on. With --write the " +
    "files are written where the system looks for them. Nothing is ever switched on by this program itself.",
    "A night when the machine was off is caught up: the backup is made when it is on again.",
  ],
  positionals: [{ name: "name", description: "An app that was set up." }],
  flags: {
    system: {
      kind: "choice",
      choices: ["systemd", "cron", "launchd", "windows"],
      description: "What is to run it. Without it: what this system has.",
    },
    at: {
      kind: "text",
      value: "HH:MM",
      description: "When, by this machine's clock. Without it: some minute after two at night, another for each name.",
    },
    program: {
      kind: "text",
      value: "FILE",
      description: "The program that is to be run. Without it: the one that runs now.",
    },
    write: { kind: "switch", description: "Write the files." },
    json: { kind: "switch", description: "Print one JSON document." },
  },
  examples: [
    { text: "What would be written?", command: "schedule bookshop" },
    { text: "Write it, and say how to switch it on", command: "schedule bookshop --write" },
    { text: "For cron, at half past three", command: "schedule bookshop --system cron --at 03:30 --write" },
  ],
  environment: ["ANVIL_SQLITE_CONFIG", "NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.destination],
} as const satisfies Description;
