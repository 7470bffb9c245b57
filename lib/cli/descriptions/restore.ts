/**
 * `restore`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES, WAIT_FLAG } from "./connection.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The `restore` command. */
export const RESTORE = {
  name: "restore",
  summary: "Bring an archive's rows back into an app; a plan without --apply",
  description: [
    "Without --apply it prints the plan and writes nothing: rows to insert, update, skip and delete in each table, what " +
    "does not fit and the db_schema text that would close the gap, how much there is to send, and what cannot come back.",
    "With --apply, and after the app's id was typed, it writes: rows first, then links, in transactions; then it reads " +
    "everything back and compares it with the archive. Tables that hold rows are refused unless --replace, --merge or " +
    "--missing says what is to become of those. Which new row stands for which old one is kept in FILE.idmap.sqlite: " +
    "with it an interrupted restore goes on without doing anything twice (--resume), or is taken out again (--undo).",
    "Tables and columns cannot be made over the Uplink: the app must have them. Files of the forum scripts are restored " +
    "too. With --undo there is no source.",
    WHICH_SNAPSHOT,
  ],
  positionals: [{ ...SOURCE, optional: true }],
  flags: {
    to: {
      kind: "text",
      value: "NAME",
      description:
        "The app to restore into, as 'setup' was told of it. Without it: the app that SOURCE names, else the " +
        "one that --url and --key-file lead to.",
    },
    apply: { kind: "switch", description: "Carry it out. Nothing is ever written without this flag." },
    yes: { kind: "switch", description: "With --apply: do not ask." },
    replace: { kind: "switch", description: "Delete all rows of the tables first." },
    merge: {
      kind: "list",
      value: "COLUMN",
      description: "Update rows of the app that agree in this column (or TABLE.COLUMN), insert the rest.",
    },
    missing: { kind: "switch", description: "Insert only rows whose id is gone from the same app." },
    table: { kind: "list", value: "NAME", description: "Restore only this table." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table out." },
    row: { kind: "list", value: "ID", description: "Restore only this row, written as Anvil does: [101,42]." },
    where: {
      kind: "text",
      value: "SQL",
      description: "Restore only rows of the one --table for which this SQL expression on the archive is true.",
    },
    "with-links": { kind: "switch", description: "Bring along the rows that these link to, and theirs." },
    "no-media": { kind: "switch", description: "Do not upload media; their cells stay empty, or as they are." },
    "in-order": {
      kind: "switch",
      description: "Make one call after the other, so that new row ids ascend as the old ones did. Slower.",
    },
    resume: { kind: "switch", description: "Go on with an interrupted restore, as it was begun." },
    undo: {
      kind: "text",
      value: "IDMAP",
      description: "Delete what the restore of this id map inserted. What it updated or deleted stays so.",
    },
    "id-map": { kind: "text", value: "FILE", description: "The id map. Without it: FILE.idmap.sqlite." },
    force: { kind: "switch", description: "Restore what can be read of a damaged or unfinished archive." },
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings, errors and the outcome." },
    ...WAIT_FLAG,
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "What would come back, and does it fit?", command: "restore app.sqlite --key-file staging.key" },
    { text: "Into an app with empty tables", command: "restore app.sqlite --apply --key-file staging.key" },
    { text: "Put deleted rows back into the app they come from", command: "restore app.sqlite --missing --apply" },
    {
      text: "Large orders that are gone, with the rows that they link to",
      command: `restore app.sqlite --table orders --where "total>1000" --with-links --missing --apply`,
    },
    { text: "Take a restore out again", command: "restore --undo app.sqlite.idmap.sqlite --apply" },
  ],
  environment: CONNECTION_VARIABLES,
  exits: [
    ...COMMON_EXITS,
    EXIT.incomplete,
    EXIT.different,
    EXIT.drift,
    ...CONNECTION_EXITS,
    EXIT.notOurs,
    EXIT.destination,
  ],
} as const satisfies Description;
