/**
 * `status`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE } from "./source.ts";

/** The description of `status`: its arguments, flags, examples and help texts. */
export const STATUS = {
  name: "status",
  summary: "Say whether there is a good backup that is young enough",
  description: [
    "One line for each app: its newest complete backup, how old and how large it is, when it was last verified and " +
    "drilled. It ends with 6 when one is older than --max-age, when there is none, or when the newest looks wrong beside " +
    "the one before it. Without a source it looks at every app that was set up.",
    "What 'verify' and 'drill' found is kept in .anvil-sqlite-checks.jsonl beside the backups.",
  ],
  positionals: [{ ...SOURCE, many: true, optional: true }],
  flags: {
    "max-age": {
      kind: "duration",
      value: "DURATION",
      days: true,
      description: "How old the newest complete backup may be, such as 26h or 8d. Without it: 26h.",
    },
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say only what is wrong." },
  },
  examples: [
    { text: "Is everything backed up?", command: "status backups" },
    { text: "For a monitor: 0 is good, 6 is not", command: "status --quiet --max-age 26h backups" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.attention, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
