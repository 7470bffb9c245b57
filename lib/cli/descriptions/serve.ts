/**
 * `serve`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `serve`: its arguments, flags, examples and help texts. */
export const SERVE = {
  name: "serve",
  summary: "Let any Uplink client read a backup as if it were the app",
  description: [
    "Answers Anvil's Uplink protocol from a backup, on this machine only, so that the official Python client and your " +
    "own scripts can read yesterday's data. It prints a Python snippet that connects to it, and runs until Ctrl-C.",
    "The backup is never written. With --writable, clients change a private copy, which is dropped at the end unless " +
    "--save keeps it.",
    WHICH_SNAPSHOT,
  ],
  positionals: [SOURCE],
  flags: {
    port: {
      kind: "integer",
      value: "N",
      min: 0,
      max: 65_535,
      description: "Port to listen on; 0 for any free one.",
      default: 0,
    },
    host: {
      kind: "text",
      value: "ADDRESS",
      description:
        "Address to listen on. Another one than the default lets other machines in: the traffic, and the key, " +
        "are not encrypted.",
      default: "127.0.0.1",
    },
    "key-file": {
      kind: "text",
      value: "FILE",
      description: "File that holds the key which clients must give. Without it a key is made and printed.",
    },
    storage: {
      kind: "choice",
      choices: ["classic", "split"],
      description: "Which of the two storage styles of Anvil's servers it shows on the wire.",
      default: "classic",
    },
    "on-delete": {
      kind: "choice",
      choices: ["none", "cascade", "restrict"],
      description: "With split storage: what deleting a row does to single links to it. They become None, their rows " +
        "are deleted too, or the row is kept. Default: what each column's attribute on_delete says.",
    },
    writable: { kind: "switch", description: "Let clients write, to a private copy." },
    save: {
      kind: "text",
      value: "FILE",
      description: "With --writable: keep the changed copy as this new file, at the end.",
    },
  },
  examples: [
    { text: "Read a backup from Python", command: "serve backups/app.sqlite" },
    { text: "Read the app as it was at a date", command: "serve backups@2026-11-01" },
    {
      text: "Try a script that writes, and keep what it did",
      command: "serve app.sqlite --writable --save after.sqlite",
    },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
