/**
 * What an export says about itself: the file it was made from, what it holds, whether values were changed, and what is
 * missing. Pure.
 */
import { PROGRAM, VERSION } from "../version.ts";
import type { ExportJob, TableResult } from "./job/export_job.ts";

/** Name of the file that describes a folder. */
export const MANIFEST_FILE = "export.json";

/** The description as JSON. */
export function manifestOf(job: ExportJob, format: string, tables: readonly TableResult[]): Record<string, unknown> {
  const { archive: { catalogue: { provenance } }, masked, shortfalls } = job;
  const said = (key: string) => {
    const value = provenance.get(key) ?? null;
    return value instanceof Uint8Array ? null : typeof value === "bigint" ? String(value) : value;
  };
  return {
    program: `${PROGRAM} ${VERSION}`,
    format,
    source: { app: said("app_id"), backup_end: said("backup_end"), digest: said("digest") },
    masked,
    restorable: false,
    tables: tables.map(({ name, rows, file }) => ({ name, rows, file })),
    complete: shortfalls.missing.length === 0,
    missing: shortfalls.missing,
    notes: shortfalls.notes,
  };
}

/** One sentence about masks. */
export const MASKED_NOTE = "Values were masked or left out: this export is not the app's data, and cannot be restored";

/** The description as keys and texts, for a table. */
export function manifestEntries(
  job: ExportJob,
  format: string,
  tables: readonly TableResult[],
): readonly (readonly [string, string])[] {
  return Object.entries(manifestOf(job, format, tables)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}
