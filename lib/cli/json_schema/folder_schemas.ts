/**
 * The JSON of commands that look at all backups of a place: `snapshots`, `status`, `history`, `prune`.
 */
import { arrayOf, atLeast, BOOLEAN, COUNT, object, orNull, ROW_ID, type Schema, TEXT, TIME } from "./parts.ts";

const NAMED = object({ name: TEXT, start: TIME });

/** What `snapshots --json` prints. */
export const SNAPSHOTS_SCHEMA = object({
  source: TEXT,
  kind: TEXT,
  apps: arrayOf(atLeast({
    id: TEXT,
    name: orNull(TEXT),
    environment: TEXT,
    host: TEXT,
    snapshots: arrayOf(atLeast({
      name: TEXT,
      number: orNull(COUNT),
      start: TIME,
      complete: BOOLEAN,
      same_moment: BOOLEAN,
      rows: COUNT,
      bytes: orNull(COUNT),
      digest: TEXT,
      looks_wrong: arrayOf(TEXT),
    })),
  })),
  passed_over: arrayOf(atLeast({ path: TEXT, reason: TEXT })),
});

/** What `status --json` prints. */
export const STATUS_SCHEMA = object({
  ok: BOOLEAN,
  max_age_seconds: COUNT,
  apps: arrayOf(object({
    app: TEXT,
    source: TEXT,
    id: orNull(TEXT),
    environment: orNull(TEXT),
    last_good: orNull(object({
      name: TEXT,
      start: TIME,
      age_seconds: { type: "integer" },
      rows: COUNT,
      bytes: orNull(COUNT),
      digest: TEXT,
    })),
    last_verified: orNull(TIME),
    last_drilled: orNull(TIME),
    ok: BOOLEAN,
    problems: arrayOf(TEXT),
  })),
});

/** A line of `history`. */
export const HISTORY_SCHEMA: Schema = {
  description: "One line for each night on which a row changed.",
  ...object({
    kind: TEXT,
    table: TEXT,
    row: ROW_ID,
    label: orNull(TEXT),
    snapshot: NAMED,
    since: orNull(NAMED),
    cells: arrayOf(atLeast({ column: TEXT })),
  }),
};

/** What `prune --json` prints. */
export const PRUNE_SCHEMA = object({
  source: TEXT,
  applied: BOOLEAN,
  bytes_freed: { ...orNull(COUNT), description: "null when nothing was to be removed yet" },
  apps: arrayOf(object({
    app: TEXT,
    id: TEXT,
    environment: TEXT,
    keep: arrayOf(object({ name: TEXT, start: TIME, reasons: arrayOf(TEXT) })),
    remove: arrayOf(object({ name: TEXT, start: TIME, bytes: orNull(COUNT) })),
  })),
  unfinished: arrayOf(object({ path: TEXT, bytes: COUNT })),
});
