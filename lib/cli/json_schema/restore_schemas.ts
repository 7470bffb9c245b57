/**
 * The JSON of commands that write to an app, or say what they would write: `restore`, `copy`, and `drill` in part.
 */
import { arrayOf, atLeast, BOOLEAN, COUNT, EXIT_CODE, NUMBER, orNull, type Schema, TEXT } from "./parts.ts";

/** What would be written. */
export const PLAN: Schema = atLeast({
  mode: TEXT,
  app: TEXT,
  sameApp: BOOLEAN,
  tables: arrayOf(atLeast({ name: TEXT, inserts: COUNT, updates: COUNT, skips: COUNT, deletes: COUNT })),
  rows: COUNT,
  bytes: COUNT,
  media: COUNT,
  links: COUNT,
  gaps: arrayOf({ type: "object" }),
  closingSchema: TEXT,
  losses: arrayOf(atLeast({ message: TEXT })),
});

/** What was written, and what reading it back has shown. */
export const RESULT: Schema = atLeast({
  exitCode: EXIT_CODE,
  inserted: COUNT,
  updated: COUNT,
  elapsedMs: NUMBER,
  proof: atLeast({
    rows: COUNT,
    links: COUNT,
    media: COUNT,
    differing: COUNT,
    differences: arrayOf(atLeast({ message: TEXT })),
  }),
});

const PLANNED = atLeast({ file: TEXT, notes: arrayOf(TEXT), plan: PLAN, applied: { const: false } });

const WRITTEN = atLeast({
  file: TEXT,
  notes: arrayOf(TEXT),
  plan: PLAN,
  applied: { const: true },
  idMap: orNull(TEXT),
  result: RESULT,
});

/** What `copy --json` prints. */
export const COPY_SCHEMA: Schema = { anyOf: [PLANNED, WRITTEN] };

const UNDONE = atLeast({ app: TEXT, applied: BOOLEAN, tables: arrayOf(atLeast({ name: TEXT, deletes: COUNT })) });

/** What `restore --json` prints. */
export const RESTORE_SCHEMA: Schema = { anyOf: [PLANNED, WRITTEN, UNDONE] };
