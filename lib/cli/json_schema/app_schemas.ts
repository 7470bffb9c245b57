/**
 * The JSON of commands that look at an app, or set it up: `doctor`, `tables`, `setup`, `schedule`.
 */
import { arrayOf, BOOLEAN, COUNT, EXIT_CODE, object, oneOf, orNull, type Schema, TEXT } from "./parts.ts";

/** What `doctor --json` prints. */
export const DOCTOR_SCHEMA = object({
  checks: arrayOf(object({
    name: TEXT,
    verdict: oneOf("ok", "note", "problem"),
    message: TEXT,
    hint: orNull(TEXT),
    exitCode: EXIT_CODE,
  })),
  exitCode: EXIT_CODE,
});

/** What `tables --json` prints. */
export const TABLES_SCHEMA = object({
  tables: arrayOf(object({
    name: TEXT,
    id: orNull(COUNT),
    readable: BOOLEAN,
    rows: { ...orNull(COUNT), description: "null for a table that may not be read" },
    columns: arrayOf(object({ name: TEXT, type: TEXT, target: orNull(TEXT) })),
    links: arrayOf(TEXT),
  })),
});

const SYSTEM: Schema = oneOf("systemd", "cron", "launchd", "windows");

/** What `setup --json` prints. */
export const SETUP_SCHEMA = object({
  app: TEXT,
  path: TEXT,
  keyFile: orNull(TEXT),
  to: TEXT,
  backup: { ...orNull(TEXT), description: "The first backup; null when none was made" },
  exitCode: EXIT_CODE,
  schedule: orNull(object({ system: SYSTEM, files: arrayOf(TEXT), on: arrayOf(TEXT), off: TEXT })),
});

/** What `schedule --json` prints. */
export const SCHEDULE_SCHEMA = object({
  app: TEXT,
  written: BOOLEAN,
  system: SYSTEM,
  files: arrayOf(object({ path: TEXT, text: TEXT })),
  on: arrayOf(object({ command: TEXT, why: TEXT })),
  off: TEXT,
});
