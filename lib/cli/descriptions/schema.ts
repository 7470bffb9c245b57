/**
 * `schema`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `schema`: its arguments, flags, examples and help texts. */
export const SCHEMA = {
  name: "schema",
  summary: "Translate an anvil.yaml into SQL, JSON or an empty SQLite file",
  description: [
    "Translates the Data Tables of an anvil.yaml, in any shape that Anvil ever wrote, or of a backup. It prints the " +
    "SQLite DDL, the schema in this program's own neutral form, or the db_schema text of an app that should hold these " +
    "tables; or it writes a SQLite file without rows. It works offline.",
    "What is odd in the file is repaired and reported on stderr; nothing is dropped.",
  ],
  positionals: [
    {
      name: "file",
      description:
        "An anvil.yaml, from an app's Git repository or a whole exported project, - for standard input; or a backup: a " +
        "file, a folder, a vault or an app, with @WHEN or not.",
    },
  ],
  flags: {
    format: { kind: "choice", choices: ["sql", "json", "anvil-yaml"], description: "What is printed.", default: "sql" },
    output: {
      kind: "text",
      short: "o",
      value: "FILE",
      description: "Write a schema-only SQLite file instead; an older file is moved to FILE.bak, FILE.bak2 and so on.",
    },
  },
  examples: [
    { text: "Read the SQL", command: "schema anvil.yaml" },
    { text: "Make an empty SQLite file with the app's tables", command: "schema anvil.yaml -o app.sqlite" },
    { text: "What a new app needs to take a backup's rows", command: "schema app.sqlite --format anvil-yaml" },
    { text: "Count the tables", command: "schema anvil.yaml --format json | jq '.tables | length'" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
