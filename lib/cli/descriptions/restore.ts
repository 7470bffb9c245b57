/**
 * `restore`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS, CONNECTION_EXITS } from "../model/exit_status.ts";
import { CONNECTION_FLAGS, CONNECTION_VARIABLES, WAIT_FLAG } from "./connection.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `restore`: its arguments, flags, examples and help texts. */
export const RESTORE = {
  name: "restore",
  summary: "Put values and rows back into an app; a plan without --apply",
  description: [
    "Without --apply it prints the plan and writes nothing: which rows come back, which cells change from what to what, " +
    "which links are set again, what does not fit, and what cannot come back.",
    "With --revert, for the app that the file was made of, cells that differ are set back, rows that are gone come back " +
    "and whatever linked to them does so again, rows that are newer stay. --missing only brings back what is gone. " +
    "Rows that live keep their ids. What somebody changes between plan and writing is left alone and listed (exit 3).",
    "Into another app rows go in first, then links; tables that hold rows are refused unless --replace or --merge says " +
    "what is to become of those. Tables and columns cannot be made over the Uplink: the app must have them.",
    "With --apply, and after the app's id was typed, it writes in transactions, reads everything back and compares. " +
    "An id map beside the file, FILE.TIME.idmap.sqlite, keeps what was done and what was there before: with it an " +
    "interrupted restore goes on without doing anything twice (--resume), or is undone (--undo). It is as secret as the " +
    "file.",
    "Files of the forum scripts are restored too. With --undo there is no source.",
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
    revert: { kind: "switch", description: "Make the rows of the same app as they are in the file, values and links." },
    missing: { kind: "switch", description: "Bring back rows that are gone from the same app, and links to them." },
    column: { kind: "list", value: "NAME", description: "With --revert: set only this column (or TABLE.COLUMN) back." },
    "no-relink": { kind: "switch", description: "Do not set links to rows that come back again." },
    "delete-new": {
      kind: "switch",
      description: "With --revert, for whole tables: delete rows that are newer than the file.",
    },
    "overwrite-newer": {
      kind: "switch",
      description: "Set cells back that somebody changes between plan and writing, too.",
    },
    replace: { kind: "switch", description: "Delete all rows of the tables first." },
    merge: {
      kind: "list",
      value: "COLUMN",
      description: "Update rows of the app that agree in this column (or TABLE.COLUMN), insert the rest.",
    },
    table: { kind: "list", value: "NAME", description: "Restore only this table." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table out." },
    row: { kind: "list", value: "ID", description: "Restore only this row, written as Anvil does: [101,42]." },
    "rows-from": {
      kind: "text",
      value: "FILE",
      description: "Restore only the rows that this file names, one id a line; the page of 'browse' makes such files.",
    },
    where: {
      kind: "text",
      value: "SQL",
      description: "Restore only rows of the one --table for which this SQL expression on the backup is true.",
    },
    "where-live": {
      kind: "text",
      value: "SQL",
      description: "As --where, on the values that the app has now, media aside; for --revert.",
    },
    "with-links": { kind: "switch", description: "Bring along the rows that these link to, and theirs." },
    "linked-from": { kind: "switch", description: "Bring along the rows of the file that link to these." },
    "no-media": { kind: "switch", description: "Do not upload media; their cells stay empty, or as they are." },
    "in-order": {
      kind: "switch",
      description: "Make one call after the other, so that new row ids ascend as the old ones did. Slower.",
    },
    resume: { kind: "switch", description: "Go on with an interrupted restore, as it was begun." },
    undo: {
      kind: "text",
      value: "IDMAP",
      description: "Undo the restore of this id map: delete what it inserted, set back the cells that it set.",
    },
    "id-map": { kind: "text", value: "FILE", description: "The id map. Without it: FILE.TIME.idmap.sqlite." },
    show: {
      kind: "choice",
      choices: ["some", "all"],
      default: "some",
      description: "Rows of the plan: ten of each table and kind, or all.",
    },
    verify: {
      kind: "switch",
      description: "Check the whole file first, also where --row or --where names a few rows.",
    },
    force: { kind: "switch", description: "Restore what can be read of a damaged or unfinished backup." },
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings, errors and the outcome." },
    ...WAIT_FLAG,
    ...CONNECTION_FLAGS,
  },
  examples: [
    { text: "What has changed since the backup?", command: "restore app.sqlite --revert" },
    { text: "Set wrong prices back", command: "restore app.sqlite --revert --table books --column price --apply" },
    { text: "Bring deleted rows back, and the links to them", command: "restore app.sqlite --missing --apply" },
    {
      text: "One customer with her orders",
      command: "restore app.sqlite --missing --row '[103,64]' --linked-from --apply",
    },
    { text: "Everything as it was", command: "restore app.sqlite --revert --delete-new --apply" },
    { text: "Into another app, with empty tables", command: "restore app.sqlite --apply --key-file staging.key" },
    { text: "Undo a restore", command: "restore --undo app.sqlite.20261128T024800Z.idmap.sqlite --apply" },
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
