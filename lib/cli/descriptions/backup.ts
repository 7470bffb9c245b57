/**
 * `backup`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES, PACE_FLAG, WAIT_FLAG } from "./connection.ts";

/** The description of `backup`: its arguments, flags, examples and help texts. */
export const BACKUP = {
  name: "backup",
  summary: "Copy an app's tables and media into one SQLite file",
  description: [
    "Copies all Data Tables of an app, with their media, into one SQLite file: from one snapshot of the database, " +
    "counted, checked, and under its final name only when it is whole. Its path is printed last.",
    "What cannot be copied is listed in the file and on stderr, and the exit status is 3.",
  ],
  positionals: [{
    name: "name",
    description: "An app that 'setup' was told of: its URL, key, folder and tables are those that were set up.",
    optional: true,
  }],
  flags: {
    all: { kind: "switch", description: "Back up every app that was set up; one that fails does not stop the others." },
    "if-older": {
      kind: "duration",
      value: "AGE",
      days: true,
      description:
        "Do nothing when the newest complete backup of NAME is younger than this, such as 20h. So a night that was " +
        "missed can be caught up, and no night is done twice.",
    },
    "tell-failure": {
      kind: "switch",
      description:
        "Make no backup: only ping that one failed. For what runs when a scheduled backup was ended from outside.",
    },
    output: {
      kind: "text",
      short: "o",
      value: "PATH",
      description: "A folder, made when it is missing, for a file named after app and time, such as " +
        "app-env.20261124T020700Z.sqlite. What ends in .sqlite, .sqlite3 or .db is the file itself, in .vault a vault. An " +
        "existing file is never overwritten. Without it: the current folder.",
    },
    vault: {
      kind: "text",
      value: "FILE",
      description:
        "Keep the backup in a vault, which holds every night in one file; it is made when it is missing. One " +
        "line says what changed since the snapshot before.",
    },
    table: { kind: "list", value: "NAME", description: "Copy only this table." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table's rows out." },
    "no-media": {
      kind: "switch",
      description: "Leave the bytes of uploaded files out; their names, types and sizes are kept.",
    },
    reuse: {
      kind: "text",
      value: "SOURCE",
      description:
        "Take media that cannot have changed from this backup of the same app instead of fetching them again. Without it: " +
        "from the newest one in the folder that the backup goes to.",
    },
    "no-reuse": { kind: "switch", description: "Fetch all media anew." },
    alert: {
      kind: "switch",
      description:
        "End with 6 when something looks wrong beside the complete backup before, in the same folder: a table that lost " +
        "more than a fifth of its rows, a table or column that is gone, a column that is empty now, a file half as large.",
    },
    schema: {
      kind: "text",
      value: "FILE",
      description:
        "An anvil.yaml: what of titles, access and indexes the app does not say is taken from it. What differs from the " +
        "live app is reported and kept in the file. - for standard input.",
    },
    "strict-schema": {
      kind: "switch",
      description: "With --schema: copy nothing when the schema has changed (exit 5).",
    },
    "require-snapshot": {
      kind: "switch",
      description: "Exit 3 when not all rows are from the same moment: the connection was lost, or the key reads only.",
    },
    resume: {
      kind: "text",
      value: "FILE",
      description:
        "Continue an interrupted backup, page by page: give the .partial file that it left. Media that are in it are not " +
        "fetched again.",
    },
    json: { kind: "switch", description: "Print events as JSON lines on stdout instead of the path." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings and errors." },
    ping: {
      kind: "text",
      value: "URL",
      description:
        "Tell a service that watches over runs, such as healthchecks.io: URL/start at the beginning, URL when the backup is " +
        "complete, URL/CODE for any other exit code, 3 too. Counts are sent, no names. It never fails a backup, and delays " +
        "it by 12 s at most.",
    },
    ...PACE_FLAG,
    ...WAIT_FLAG,
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "An app that was set up", command: "backup bookshop" },
    { text: "Back up into a folder, asking for the key", command: "backup -o backups" },
    { text: "From cron", command: "backup --quiet -o /var/backups/anvil --key-file /etc/anvil/uplink.key" },
    { text: "Every night in one file", command: "backup --vault backups/app.vault --key-file uplink.key" },
    { text: "Go on after an interruption", command: "backup --resume backups/app.20261124T020700Z.sqlite.partial" },
    { text: "Two tables, without files", command: "backup --table customers --table orders --no-media -o two.sqlite" },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [
    ...COMMON_EXITS,
    EXIT.incomplete,
    EXIT.drift,
    EXIT.attention,
    ...CONNECTION_EXITS,
    EXIT.notOurs,
    EXIT.destination,
  ],
} as const satisfies Description;
