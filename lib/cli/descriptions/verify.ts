/**
 * `verify`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES, PACE_FLAG, WAIT_FLAG } from "./connection.ts";
import { JSON_OF_SOURCES, SOURCES, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `verify`: its arguments, flags, examples and help texts. */
export const VERIFY = {
  name: "verify",
  summary: "Prove that a file is whole, or that it matches the app",
  description: [
    "Reads a file from beginning to end: SQLite's own checks, counts, links, and the digest of every table, every " +
    "uploaded file and the catalogue. The first lines of what it finds say exactly which table, row or file differs.",
    WHICH_SNAPSHOT,
    "With --live it also reads the app once more and compares: schema, rows, and media unless --no-media.",
  ],
  positionals: [SOURCES],
  flags: {
    quick: { kind: "switch", description: "Only SQLite's checks, links and counts; no digests." },
    all: { kind: "switch", description: "Of a vault: check every snapshot that it has, not only the newest." },
    live: { kind: "switch", description: "Also compare with the app as it is now." },
    "no-media": { kind: "switch", description: "With --live: do not read media again." },
    json: { kind: "switch", description: JSON_OF_SOURCES },
    quiet: { kind: "switch", short: "q", description: "Say nothing but what differs." },
    ...PACE_FLAG,
    ...WAIT_FLAG,
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "Is the file whole?", command: "verify backups/app.sqlite" },
    {
      text: "Are all files of a folder whole? Quotes let it work in every shell",
      command: "verify 'backups/*.sqlite'",
    },
    { text: "Is every night of a vault whole?", command: "verify --all app.vault" },
    { text: "Does it match the app?", command: "verify backups/app.sqlite --live --key-file uplink.key" },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [...COMMON_EXITS, EXIT.incomplete, EXIT.different, ...CONNECTION_EXITS, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
