/**
 * `drill`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { JSON_OF_SOURCES, SOURCES, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `drill`: its arguments, flags, examples and help texts. */
export const DRILL = {
  name: "drill",
  summary: "Prove on this machine that a backup can be restored",
  description: [
    "Serves an empty app with the backup's tables on this machine, restores everything into it over a real WebSocket, " +
    "reads it back and compares every row, link and file. It prints one dated line for your records, and ends with 0 " +
    "only when everything was equal. Nothing leaves the machine, and nothing stays on it. Files of the forum scripts are " +
    "drilled too.",
    WHICH_SNAPSHOT,
  ],
  positionals: [SOURCES],
  flags: {
    storage: {
      kind: "choice",
      choices: ["classic", "split"],
      description: "Which of the two storage styles of Anvil's servers the app has.",
      default: "classic",
    },
    force: { kind: "switch", description: "Drill with what can be read of a damaged or unfinished backup." },
    json: { kind: "switch", description: JSON_OF_SOURCES },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings, errors and the line." },
  },
  examples: [
    { text: "Can this file be restored?", command: "drill app.sqlite" },
    { text: "From cron, keeping the line", command: "drill --quiet backups | tee -a drills.log" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
