/**
 * `setup`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES } from "./connection.ts";

const keep = (what: string) =>
  ({ kind: "integer", value: "N", min: 1, max: 99_999, description: `Keep the ${what}.` }) as const;

/** The description of `setup`: its arguments, flags, examples and help texts. */
export const SETUP = {
  name: "setup",
  summary: "Set an app up, so that its name is enough",
  description: [
    "Asks for what it cannot find out: a name, the app's key, where backups go and how long they are kept. It checks the " +
    "key, keeps everything in files that only you can read, makes a first backup and offers a schedule for every night. " +
    "You can leave it at any time with Ctrl-C; an app is set up whole or not at all.",
    "Without a terminal give the answers as flags, and --yes. To change an app, set it up again, or edit its file.",
  ],
  positionals: [{
    name: "name",
    description: "What the app is to be called, such as bookshop: letters, digits, - and _.",
    optional: true,
  }],
  flags: {
    to: {
      kind: "text",
      value: "PATH",
      description:
        "Folder for the backups, or a vault such as shop.vault, which keeps every night in one file. Without it: " +
        "anvil-backups/NAME in your own folder.",
    },
    "keep-last": keep("newest N backups"),
    "keep-daily": keep("newest backup of each of N days"),
    "keep-weekly": keep("newest backup of each of N weeks"),
    "keep-monthly": keep("newest backup of each of N months"),
    "keep-yearly": keep("newest backup of each of N years"),
    "keep-all": {
      kind: "switch",
      description: "Never remove a backup. Without any of these: 7 days, 5 weeks, 12 months, 3 years.",
    },
    drill: {
      kind: "duration",
      value: "AGE",
      days: true,
      description: "How often a restore is tried on this machine, after a backup; 0 for never. Without it: 7d.",
    },
    ping: {
      kind: "text",
      value: "URL",
      description:
        "Told of the start, success and failure of each backup, as services such as healthchecks.io have it.",
    },
    label: { kind: "list", value: "TABLE.COLUMN", description: "A column by which rows of its table are called." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table's rows out of every backup." },
    at: { kind: "text", value: "HH:MM", description: "When the schedule runs, by this machine's clock." },
    "no-backup": { kind: "switch", description: "Make no first backup." },
    "no-schedule": { kind: "switch", description: "Write no schedule." },
    yes: { kind: "switch", description: "Do not ask: what is not given has its default." },
    json: { kind: "switch", description: "Print one JSON document; only with --yes." },
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "Answer questions", command: "setup" },
    {
      text: "Without a terminal",
      command: "setup bookshop --key-file uplink.key --to /srv/backups/bookshop --keep-daily 14 --drill 7d --yes",
    },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [...COMMON_EXITS, EXIT.incomplete, ...CONNECTION_EXITS, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
