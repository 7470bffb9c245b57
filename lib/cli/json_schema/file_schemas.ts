/**
 * The JSON of commands that read a backup: `verify`, `inspect`, `drill`, `extract`, `vault add`, `diff`.
 */
import { arrayOf, atLeast, BOOLEAN, COUNT, object, oneOf, orNull, ROW_ID, type Schema, TEXT, TIME } from "./parts.ts";
import { PLAN, RESULT } from "./restore_schemas.ts";

const DIGEST: Schema = { type: "string", description: "SHA-256 of all rows, in hexadecimal" };

/** What `verify --json` prints. */
export const VERIFY_SCHEMA = object({
  file: TEXT,
  good: BOOLEAN,
  complete: BOOLEAN,
  findings: arrayOf(object({ kind: TEXT, table: orNull(TEXT), row: orNull(ROW_ID), message: TEXT })),
});

const WARNING = object({
  code: TEXT,
  table: orNull(TEXT),
  column: orNull(TEXT),
  row: orNull(ROW_ID),
  message: TEXT,
});

const BACKUP_FILE = object({
  file: TEXT,
  kind: { const: "archive" },
  finished: BOOLEAN,
  program: TEXT,
  app: atLeast({ id: TEXT, branch: TEXT, environment: TEXT, url: TEXT, origin: TEXT }),
  start: TEXT,
  end: TEXT,
  snapshot: TEXT,
  snapshotReason: TEXT,
  schemaFile: TEXT,
  complete: { ...orNull(BOOLEAN), description: "null for a file that is not a backup of an app" },
  digest: TEXT,
  tables: arrayOf(object({
    name: TEXT,
    state: oneOf("copied", "schema-only", "unreadable", "excluded"),
    rows: orNull(COUNT),
    rowsServer: orNull(COUNT),
    bytes: orNull(COUNT),
  })),
  media: object({
    uses: COUNT,
    stored: COUNT,
    skipped: COUNT,
    failed: COUNT,
    pending: COUNT,
    blobs: COUNT,
    bytes: COUNT,
  }),
  danglingLinks: COUNT,
  warnings: arrayOf(WARNING),
  notInside: arrayOf(TEXT),
});

const FORUM_FILE = atLeast({ file: TEXT, kind: { const: "forum-script" }, provenance: { type: "object" } });

/** What `inspect --json` prints. */
export const INSPECT_SCHEMA: Schema = { anyOf: [BACKUP_FILE, FORUM_FILE] };

/** What `drill --json` prints. */
export const DRILL_SCHEMA = object({ date: TIME, file: TEXT, notes: arrayOf(TEXT), plan: PLAN, result: RESULT });

/** What `extract --json` prints. */
export const EXTRACT_SCHEMA = object({ source: TEXT, file: TEXT, bytes: COUNT, complete: BOOLEAN, digest: DIGEST });

/** A line of `vault add`. */
export const VAULT_SCHEMA = atLeast({
  file: TEXT,
  number: COUNT,
  already: BOOLEAN,
  complete: BOOLEAN,
  rows: COUNT,
  digest: TEXT,
});

/** What `export --json` prints. */
export const EXPORT_SCHEMA = object({
  path: TEXT,
  format: TEXT,
  complete: BOOLEAN,
  masked: BOOLEAN,
  tables: arrayOf({ type: "object" }),
  missing: arrayOf({}),
  notes: arrayOf(TEXT),
  values: {},
});

const CELL = atLeast({ column: TEXT });

/** A line of `diff`. */
export const DIFF_SCHEMA: Schema = {
  description: "One line for each difference, then one of kind 'end'.",
  anyOf: [
    object({ kind: oneOf("schema", "not-compared"), table: TEXT, column: orNull(TEXT), message: TEXT }),
    object({ kind: { const: "table" }, table: TEXT, changed: COUNT, added: COUNT, deleted: COUNT, returned: COUNT }),
    object({
      kind: { const: "row" },
      change: TEXT,
      table: TEXT,
      row: orNull(ROW_ID),
      new_row: orNull(ROW_ID),
      label: orNull(TEXT),
      cells: arrayOf(CELL),
    }),
    object({ kind: { const: "end" }, different: BOOLEAN, first: TEXT, second: TEXT }),
  ],
};
