/**
 * The lines of `backup --json`: one event each.
 */
import { BOOLEAN, COUNT, NUMBER, object, orNull, type Schema, TEXT, TIME } from "./parts.ts";

const event = (name: string, fields: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema =>
  object({ event: { const: name }, time: TIME, ...fields }, ...optional);

/** One event of a run. */
export const BACKUP_SCHEMA: Schema = {
  description: "One line for each event. A backup that was made says 'done'; 'drilled' and 'pruned' may follow.",
  anyOf: [
    event("app", { name: TEXT }),
    event("not-due", { path: TEXT, ageMs: { type: "number" } }),
    event("snapshot", { vault: TEXT, number: COUNT, previous: orNull(COUNT), changes: {} }, "time"),
    event("drilled", { good: BOOLEAN, rows: COUNT }),
    event("pruned", { removed: COUNT }),
    event("connected", { host: TEXT, app: orNull(TEXT) }),
    event("plan", { tables: COUNT, rows: COUNT }),
    event("table-start", { table: TEXT, rows: COUNT }),
    event("rows", { table: TEXT, rows: COUNT, bytes: COUNT }),
    event("media", { done: COUNT, total: COUNT, bytes: COUNT }),
    event("table-done", { table: TEXT, rows: COUNT }),
    event("warning", { code: TEXT, message: TEXT }),
    event("retry", { what: TEXT, attempt: COUNT, waitMs: NUMBER, message: TEXT }),
    event("checking", { what: TEXT }),
    event("step", { what: TEXT }),
    event("done", {
      path: orNull(TEXT),
      complete: BOOLEAN,
      tables: COUNT,
      rows: COUNT,
      media: COUNT,
      bytes: COUNT,
      warnings: COUNT,
      ms: NUMBER,
    }),
  ],
};
