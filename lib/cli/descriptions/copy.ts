/**
 * `copy`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { PACE_FLAG, WAIT_FLAG } from "./connection.ts";

const ANVIL = "wss://anvil.works/uplink";

/** The description of `copy`: its arguments, flags, examples and help texts. */
export const COPY = {
  name: "copy",
  summary: "Copy rows from one app to another, masking what must not leave it",
  description: [
    "Reads the tables of one app and writes them to another, for instance production data into staging. No file is kept: " +
    "what was read is stored in a private temporary file that is deleted however the run ends. Without --apply it prints " +
    "what it would do, as 'restore' does, and writes nothing.",
    "Rules of --mask FILE go by table and column, in YAML: drop (not written), null, hash (text becomes 32 digits, the " +
    "same for the same text), fake-email (an address at example.com, likewise), or {constant: VALUE}. A rule for a " +
    "column that is not there is an error. " +
    "Such a file may say: customers: {email: fake-email, name: hash, notes: {constant: '-'}}.",
  ],
  positionals: [],
  flags: {
    from: { kind: "text", value: "NAME", description: "The app that is read, as 'setup' was told of it." },
    to: { kind: "text", value: "NAME", description: "The app that is written to, likewise." },
    "from-url": {
      kind: "text",
      value: "URL",
      is: "websocket-url",
      description: "The Uplink of the app that is read.",
      default: ANVIL,
    },
    "from-key-file": { kind: "text", value: "FILE", description: "File that holds the key of the app that is read." },
    "to-url": {
      kind: "text",
      value: "URL",
      is: "websocket-url",
      description: "The Uplink of the app that is written to.",
      default: ANVIL,
    },
    "to-key-file": {
      kind: "text",
      value: "FILE",
      description: "File that holds the server key of the app that is written to.",
    },
    mask: {
      kind: "text",
      value: "FILE",
      description: "Rules for values that must not be copied as they are; - for standard input.",
    },
    apply: { kind: "switch", description: "Carry it out. Nothing is ever written without this flag." },
    yes: { kind: "switch", description: "With --apply: do not ask." },
    replace: { kind: "switch", description: "Delete all rows of the tables that are written to first." },
    merge: {
      kind: "list",
      value: "COLUMN",
      description: "Update rows that agree in this column (or TABLE.COLUMN), insert the rest.",
    },
    table: { kind: "list", value: "NAME", description: "Copy only this table." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table out." },
    "no-media": { kind: "switch", description: "Do not copy media." },
    "in-order": {
      kind: "switch",
      description: "Make one call after the other, so that new row ids ascend as the old ones did. Slower.",
    },
    "id-map": {
      kind: "text",
      value: "FILE",
      description:
        "Keep the id map here. Without it one is kept in the current folder only if the run fails half way, to undo it.",
    },
    ...PACE_FLAG,
    ...WAIT_FLAG,
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings, errors and the outcome." },
  },
  examples: [
    {
      text: "What would be copied?",
      command: "copy --from-key-file production.key --to-key-file staging.key --mask rules.yaml",
    },
    {
      text: "Between two apps that were set up",
      command: "copy --from bookshop --to staging --mask rules.yaml --replace --apply",
    },
    {
      text: "Refresh staging every night",
      command:
        "copy --from-key-file production.key --to-key-file staging.key --mask rules.yaml --replace --apply --yes --quiet",
    },
  ],
  environment: ["ANVIL_SQLITE_CONFIG", "NO_COLOR"],
  exits: [
    ...COMMON_EXITS,
    EXIT.incomplete,
    EXIT.drift,
    ...CONNECTION_EXITS,
    EXIT.destination,
  ],
} as const satisfies Description;
