/**
 * `export`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `export`: its arguments, flags, examples and help texts. */
export const EXPORT = {
  name: "export",
  summary: "Take it out: files, CSV, Parquet, Excel, other databases",
  description: [
    "Writes what an archive holds in a form that other programs read. The archive is only read. An export has a partial " +
    "name until it is whole, is readable by its owner only, and never overwrites anything.",
    "Format files gives media in folders, called by the label of their row, and index.csv. Formats csv and jsonl give a " +
    "file a table; links are row ids, media are what is known of them. In CSV, None is an empty field and the empty text " +
    'is ""; --null changes that.',
    "Format parquet gives a file a table with real types: times as instants of UTC with the offset in a column of its own, " +
    "objects as JSON text, numbers that neither 64 bits nor a float hold as text.",
    "Format xlsx gives a workbook for Excel with a sheet a table: links by the label of their row, times in UTC. A text of " +
    "more than 32,767 characters is cut, and the run says which.",
    "Format sqlite gives a plain SQLite file for people and other programs: types that DuckDB, pandas and Datasette read " +
    "without a setting, row ids as integers, times in UTC beside the original, labels beside links.",
    "Format postgres gives a dump that 'psql -f' loads in one transaction: types, keys, junction tables, media as bytea. " +
    "Where rows that links lead to are missing, the foreign key is NOT VALID. With --to it goes into a server instead. " +
    "Beyond this machine the connection is encrypted and the certificate checked; ?sslmode=require or disable changes that.",
    "Folders have SHA256SUMS for 'sha256sum -c', and export.json, which says what is in them. With one --table, -o may " +
    "name a file that ends in .csv or .jsonl, or - for standard output.",
    WHICH_SNAPSHOT,
    "An export with --mask or --preset says so, and cannot be restored. When a value is missing or does not fit the " +
    "format, the run says which and ends with exit code 3.",
  ],
  positionals: [SOURCE],
  flags: {
    format: {
      kind: "choice",
      short: "f",
      choices: ["files", "csv", "jsonl", "parquet", "xlsx", "sqlite", "postgres"],
      description: "What comes out. Without it, the ending of -o says it.",
    },
    output: { kind: "text", short: "o", value: "PATH", description: "The folder or file to write; - for stdout." },
    to: {
      kind: "text",
      value: "URL",
      description:
        "Write straight into a PostgreSQL server: postgres://, user, @, server, / and database. Never with a password.",
    },
    "password-file": {
      kind: "text",
      value: "FILE",
      description: "Password for --to. Without it, it is asked for when the server wants one.",
    },
    table: { kind: "list", value: "NAME", description: "Only this table." },
    exclude: { kind: "list", value: "NAME", description: "Leave this table out." },
    columns: { kind: "list", value: "NAMES", description: "Only these columns of the one --table, in this order." },
    where: {
      kind: "text",
      value: "SQL",
      description: "Only rows of the one --table for which this SQL expression on the archive is true.",
    },
    mask: {
      kind: "text",
      value: "FILE",
      description: "Change values by the rules in this YAML file, as 'copy' does.",
    },
    preset: {
      kind: "choice",
      choices: ["no-secrets"],
      description: "With no-secrets: leave out columns that hold password hashes, tokens and other secrets.",
    },
    labels: { kind: "switch", description: "Show links by the name or title of their row, not by its id." },
    by: {
      kind: "choice",
      choices: ["label", "id", "hash"],
      default: "label",
      description: "What media files are called by.",
    },
    "no-media": { kind: "switch", description: "Leave the bytes of uploaded files out of a database." },
    null: { kind: "text", value: "TEXT", description: "What stands for None in CSV, such as \\N." },
    excel: {
      kind: "switch",
      description: "Write CSV for Excel: with a byte order mark, and ' before a text that Excel would compute.",
    },
    check: {
      kind: "switch",
      description: "Read what was written back and compare every cell and file, before it gets its name.",
    },
    json: { kind: "switch", description: "Print one JSON document about the export." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but warnings and errors." },
  },
  examples: [
    { text: "Get the uploaded files out", command: "export app.sqlite --format files -o files" },
    { text: "One of last week's nights, for Excel", command: "export backups/app.vault@2026-11-20 -o app.xlsx" },
    { text: "All tables as CSV", command: "export app.sqlite --format csv -o tables" },
    {
      text: "Some rows and columns into a pipe",
      command: `export app.sqlite --table orders --columns number,total --where "total > 50" -f csv -o -`,
    },
    {
      text: "A copy for a colleague, without secrets and e-mail addresses",
      command: "export app.sqlite --format jsonl --preset no-secrets --mask mask.yaml -o tables",
    },
  ],
  environment: [],
  exits: [
    ...COMMON_EXITS,
    EXIT.incomplete,
    EXIT.different,
    EXIT.unreachable,
    EXIT.keyRefused,
    EXIT.notOurs,
    EXIT.destination,
  ],
} as const satisfies Description;
