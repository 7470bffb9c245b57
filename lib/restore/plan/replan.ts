/**
 * The plan of a restore that is taken up again: what is left by its id map, compared with the app as it is now. It
 * writes nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { closingSchema, findGaps } from "../job/check_fit.ts";
import { measureRows } from "./measure_rows.ts";
import { ownAppPlan } from "./plan_own_app.ts";
import type { PlannedTable, PreparedRestore } from "./restore_plan.ts";
import { phaseOf, readNotes, type RestoreNotes } from "../job/restore_notes.ts";
import { isInPlace, type RestoreOptions } from "../job/restore_options.ts";
import { heldTables, isWrittenTo, type TableJob, tableJob } from "../job/table_job.ts";
import { probeJobs } from "./probe_jobs.ts";
import { appName, archiveIdentity, isSameApp, type Target } from "../job/target.ts";

/**
 * The options of an interrupted restore, for the run that resumes it.
 * @throws {AnvilSqliteError} `resume-mismatch` (exit 2) when the map is of another archive
 */
export function resumedOptions(options: RestoreOptions, idMap: IdMap): RestoreOptions {
  const notes = notesOf(idMap);
  const digest = String(options.archive.catalogue.provenance.get("digest") ?? "");
  if (notes.archiveDigest !== digest) throw mismatch("it was begun with another backup");
  const { mode, media, inOrder, overwriteNewer } = notes;
  return { ...options, mode, media, inOrder, inPlace: { ...options.inPlace, overwriteNewer } };
}

/**
 * Plans what is left to do.
 * @throws {AnvilSqliteError} `resume-mismatch` (exit 2)
 */
export async function replan(options: RestoreOptions, target: Target, idMap: IdMap): Promise<PreparedRestore> {
  const { archive, mask, url, mode } = options;
  const { app } = notesOf(idMap);
  if (!isSameApp(app, target.identity)) throw mismatch(`it was begun into another app, '${appName(app, url)}'`);
  const ids = new Set(idMap.plan.tables().map(({ id }) => id));
  const plans = heldTables(archive.catalogue).filter(({ tableId }) => ids.has(tableId));
  const wanted = plans.map(({ table }) => table);
  const gaps = findGaps(wanted, archive.catalogue, target.schema, target.listed, mask);
  const found = gaps.length > 0 ? [] : plans.map((plan) => tableJob(plan, archive.catalogue, target, mask));
  const hasWork = (job: TableJob) => isInPlace(mode) || isWrittenTo(idMap, job);
  const { storages, refused } = await probeJobs(options, target, found.filter(hasWork));
  const jobs = found.map(({ plan }) => tableJob(plan, archive.catalogue, target, mask, storages));
  const tables = jobs.map(({ name, plan }): PlannedTable => {
    const { inserts, updates, keeps, inserted, updated } = idMap.rows.progress(plan.tableId);
    if (!isInPlace(mode)) {
      return { name, inserts: inserts - inserted, updates: updates - updated, skips: keeps, deletes: 0 };
    }
    const { planned, done } = idMap.cells.countDeletions(plan.tableId);
    const open = idMap.cells.count(plan.tableId, "open").rows;
    return { name, inserts: inserts - inserted, updates: open, skips: 0, deletes: planned - done };
  });
  const plan = {
    mode,
    app: appName(target.identity, url),
    sameApp: isSameApp(archiveIdentity(archive.catalogue), target.identity),
    ...measureRows(options, idMap, jobs),
    tables,
    gaps,
    refused: refused.filter((name) => !isInPlace(mode) || tables.some((table) => table.name === name && isLeft(table))),
    closingSchema: closingSchema(gaps, wanted, archive.catalogue, target.schema),
    warnings: [],
    ownApp: isInPlace(mode) ? ownAppPlan(options, target, idMap) : null,
  };
  return { plan, jobs, storages };
}

function isLeft({ inserts, updates, deletes }: PlannedTable): boolean {
  return inserts + updates + deletes > 0;
}

function notesOf(idMap: IdMap): RestoreNotes {
  const notes = readNotes(idMap);
  if (notes === null || phaseOf(idMap) === null) {
    throw mismatch("its plan was never finished", "Nothing was written by it: leave --resume away to plan it again.");
  }
  return notes;
}

function mismatch(
  why: string,
  hint = "Give the backup and the app that it was begun with, or undo it with 'restore --undo'.",
): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot go on with this restore: ${why}`, { code: "resume-mismatch", hint });
}
