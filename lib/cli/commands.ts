/**
 * The table of commands: each description, with the body that is loaded only when the command is called. So `--help`
 * starts fast and loads no database. Parsing, help, completions and manual come from this table.
 */
import type { ExitCode } from "../exit_codes.ts";
import type { Arguments, CommandBody, Description, Surroundings } from "./model/command.ts";
import { BACKUP } from "./descriptions/backup.ts";
import { BROWSE } from "./descriptions/browse.ts";
import { COMPLETIONS } from "./descriptions/completions.ts";
import { COPY } from "./descriptions/copy.ts";
import { DEMO } from "./descriptions/demo.ts";
import { DOCTOR } from "./descriptions/doctor.ts";
import { DIFF } from "./descriptions/diff.ts";
import { DRILL } from "./descriptions/drill.ts";
import { EXTRACT } from "./descriptions/extract.ts";
import { EXPORT } from "./descriptions/export.ts";
import { HISTORY } from "./descriptions/history.ts";
import { INSPECT } from "./descriptions/inspect.ts";
import { PRUNE } from "./descriptions/prune.ts";
import { RESTORE } from "./descriptions/restore.ts";
import { MAN } from "./descriptions/man.ts";
import { SCHEDULE } from "./descriptions/schedule.ts";
import { SCHEMA } from "./descriptions/schema.ts";
import { SERVE } from "./descriptions/serve.ts";
import { SNAPSHOTS } from "./descriptions/snapshots.ts";
import { STATUS } from "./descriptions/status.ts";
import { SETUP } from "./descriptions/setup.ts";
import { TABLES } from "./descriptions/tables.ts";
import { VAULT } from "./descriptions/vault.ts";
import { VERIFY } from "./descriptions/verify.ts";
import { parseCommand } from "./model/parse_command.ts";

/** One command as the table has it. */
export interface Command {
  readonly description: Description;
  /**
   * Reads the arguments, then loads the body and runs it. @returns the exit code, or `"help"` when that was asked for
   * @throws {AnvilSqliteError} `usage` (exit 2), before anything is loaded, and whatever the body throws
   */
  readonly start: (
    args: readonly string[],
    surroundings: Surroundings,
    commands: readonly Description[],
  ) => Promise<ExitCode | "help">;
}

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  command(DEMO, () => import("./commands/demo.ts")),
  command(SETUP, () => import("./commands/setup.ts")),
  command(BACKUP, () => import("./commands/backup.ts")),
  command(SCHEDULE, () => import("./commands/schedule.ts")),
  command(RESTORE, () => import("./commands/restore.ts")),
  command(COPY, () => import("./commands/copy.ts")),
  command(DRILL, () => import("./commands/drill.ts")),
  command(VERIFY, () => import("./commands/verify.ts")),
  command(STATUS, () => import("./commands/status.ts")),
  command(SNAPSHOTS, () => import("./commands/snapshots.ts")),
  command(DIFF, () => import("./commands/diff.ts")),
  command(HISTORY, () => import("./commands/history.ts")),
  command(PRUNE, () => import("./commands/prune.ts")),
  command(BROWSE, () => import("./commands/browse.ts")),
  command(INSPECT, () => import("./commands/inspect.ts")),
  command(VAULT, () => import("./commands/vault.ts")),
  command(EXTRACT, () => import("./commands/extract.ts")),
  command(EXPORT, () => import("./commands/export.ts")),
  command(DOCTOR, () => import("./commands/doctor.ts")),
  command(TABLES, () => import("./commands/tables.ts")),
  command(SERVE, () => import("./commands/serve.ts")),
  command(SCHEMA, () => import("./commands/schema.ts")),
  command(COMPLETIONS, () => import("./commands/completions.ts")),
  command(MAN, () => import("./commands/man.ts")),
];

function command<const D extends Description>(description: D, load: () => Promise<CommandBody<D>>): Command {
  return {
    description,
    start: async (args, surroundings, commands) => {
      const parsed: Arguments<D> | "help" = parseCommand(description, args, surroundings.environment);
      return parsed === "help" ? parsed : (await load()).run({ ...surroundings, ...parsed, commands });
    },
  };
}
