/**
 * `prune`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description, Flag } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE } from "./source.ts";

const MOST = 100_000;
const rule = (description: string) =>
  ({ kind: "integer", value: "N", min: 0, max: MOST, description }) as const satisfies Flag;

/** The description of `prune`: its arguments, flags, examples and help texts. */
export const PRUNE = {
  name: "prune",
  summary: "Say which old backups can go; remove them with --apply",
  description: [
    "Keeps a backup if any of the rules keeps it, for each app and environment apart, and lists what would go. Nothing is " +
    "removed without --apply. A day, week, month or year is represented by its newest complete backup. As long as there are " +
    "fewer of them than a rule asks for, the oldest backup is kept too, as restic does.",
    "Never removed, whatever the rules: the newest backup, the newest complete one, the newest that was verified or drilled, the last one " +
    "before something looked wrong, id maps of restores, and files that are not backups. An unfinished file that is older " +
    "than the newest complete backup goes too.",
  ],
  positionals: [SOURCE],
  flags: {
    "keep-last": rule("Keep the last N backups."),
    "keep-daily": rule("Keep one for each of the last N days that have one."),
    "keep-weekly": rule("Keep one for each of the last N weeks that have one."),
    "keep-monthly": rule("Keep one for each of the last N months that have one."),
    "keep-yearly": rule("Keep one for each of the last N years that have one."),
    compact: {
      kind: "switch",
      description: "Of a vault, with --apply: rewrite it beside itself without gaps, prove it, and give it its name.",
    },
    apply: { kind: "switch", description: "Remove them." },
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but what goes wrong." },
  },
  examples: [
    {
      text: "What would go?",
      command: "prune backups --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --keep-yearly 3",
    },
    { text: "Keep a week, and remove the rest", command: "prune backups --keep-daily 7 --apply" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
