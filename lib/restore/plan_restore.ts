/**
 * What a restore would do, worked out against the app as it is now: rows to insert, update, skip and delete, what does
 * not fit, what cannot come back. It fills an id map and writes nothing to the app.
 */
import type { IdMap } from "../archive/id_map.ts";
import { readRows } from "../archive/row_reader.ts";
import type { TablePlan } from "../ddl/archive_plan.ts";
import { AnvilSqliteError } from "../errors.ts";
import { countRows } from "../tables/listing.ts";
import { freshStack } from "../tables/transaction.ts";
import type { RowId } from "../value/row_id.ts";
import { closingSchema, findGaps, type Gap } from "./check_fit.ts";
import { isLive, keyColumns, keyMaker, matchByKey, noteLiveIds, noteLiveKeys } from "./match_rows.ts";
import { measureRows } from "./measure_rows.ts";
import type { RestoreMode, RestoreOptions } from "./restore_options.ts";
import { type SelectedTables, selectRows } from "./select_rows.ts";
import { heldTables, type TableJob, tableJob } from "./table_job.ts";
import { appName, archiveIdentity, isSameApp, type Target } from "./target.ts";

/** One table of the plan. */
export interface PlannedTable {
  readonly name: string;
  readonly inserts: number;
  readonly updates: number;
  /** Rows that the app has already. */
  readonly skips: number;
  /** Rows of the app that are deleted first. */
  readonly deletes: number;
}

/** The plan of a restore. */
export interface RestorePlan {
  readonly mode: RestoreMode;
  /** What a user types to agree: the app's id, or its host. */
  readonly app: string;
  /** Whether the archive is of this very app. */
  readonly sameApp: boolean;
  readonly tables: readonly PlannedTable[];
  /** Rows to insert or update. */
  readonly rows: number;
  /** Bytes of their values. */
  readonly bytes: number;
  readonly media: number;
  readonly mediaBytes: number;
  readonly links: number;
  readonly estimateMs: number;
  readonly gaps: readonly Gap[];
  /** `db_schema` text that would close the gaps; empty when there are none that it could close. */
  readonly closingSchema: string;
  /** What of the chosen rows cannot come back. */
  readonly losses: readonly { readonly code: string; readonly message: string }[];
}

/** What no restore over the Uplink brings back. */
export const NOT_RESTORED: readonly string[] = [
  "row ids: Anvil gives new ones (the id map says which)",
  "ids of tables, columns and media",
  "access rules and indexes of tables",
  "the order of rows beyond batches of a table, where the app relies on it",
];

/** A plan with what carrying it out needs. */
export interface PreparedRestore {
  readonly plan: RestorePlan;
  readonly jobs: readonly TableJob[];
}

/**
 * Plans.
 * @throws {AnvilSqliteError} wrong selection (2), `not-empty` (1), `other-app` (1)
 */
export async function planRestore(options: RestoreOptions, target: Target, idMap: IdMap): Promise<PreparedRestore> {
  const { archive, mode, mask, url } = options;
  const sameApp = isSameApp(archiveIdentity(archive.catalogue), target.identity);
  if (mode === "missing" && !sameApp) throw otherApp(appName(target.identity, url));
  const selected = selectRows(archive, options.selection, idMap);
  const wanted = selected.tables.map(({ table }) => table);
  const gaps = findGaps(wanted, target.schema, target.listed, mask);
  const head = { mode, app: appName(target.identity, url), sameApp, gaps };
  if (gaps.length > 0) {
    const nothing = { tables: [], rows: 0, bytes: 0, media: 0, mediaBytes: 0, links: 0, estimateMs: 0, losses: [] };
    return { plan: { ...head, ...nothing, closingSchema: closingSchema(gaps, wanted, target.schema) }, jobs: [] };
  }
  const jobs = selected.tables.map((plan) => tableJob(plan, archive.catalogue, target, mask));
  const counts = await countLive(target, jobs);
  if (mode === "empty") refuseNonEmpty(jobs, counts, sameApp);
  await planRows(options, target, idMap, jobs, selected);
  const measured = measureRows(options, idMap, jobs);
  const tables = jobs.map((job): PlannedTable => {
    const { inserts, updates, keeps } = idMap.progress(job.plan.tableId);
    const deletes = mode === "replace" ? counts.get(job) ?? 0 : 0;
    return { name: job.name, inserts, updates, skips: keeps, deletes };
  });
  return { plan: { ...head, ...measured, tables, closingSchema: "" }, jobs };
}

async function countLive(target: Target, jobs: readonly TableJob[]): Promise<ReadonlyMap<TableJob, number>> {
  const stack = freshStack("count");
  const counts = new Map<TableJob, number>();
  for (const job of jobs) counts.set(job, await countRows(target.connection, stack, job.capability));
  return counts;
}

function refuseNonEmpty(jobs: readonly TableJob[], counts: ReadonlyMap<TableJob, number>, sameApp: boolean): void {
  const full = jobs.filter((job) => (counts.get(job) ?? 0) > 0);
  if (full.length === 0) return;
  const names = full.map((job) => `'${job.name}' (${counts.get(job)} rows)`).join(", ");
  const whose = sameApp ? "This is the app that the archive was made of, and its" : "The app's";
  throw new AnvilSqliteError(`${whose} tables hold rows already: ${names}`, {
    code: "not-empty",
    hint:
      "Say what is to become of them: --missing re-inserts only rows that are gone from the same app, --merge COLUMN " +
      "updates rows that agree in a column, --replace deletes them all first.",
  });
}

function otherApp(app: string): AnvilSqliteError {
  return new AnvilSqliteError(
    `The archive is not of this app, '${app}', so '--missing' cannot tell rows by their ids`,
    {
      code: "other-app",
      hint: "Use --merge with key columns, or restore into empty tables.",
    },
  );
}

/** Puts every row that is to come back into the id map, and every row of the app that links may lead to. */
async function planRows(
  options: RestoreOptions,
  target: Target,
  idMap: IdMap,
  jobs: readonly TableJob[],
  { partial }: SelectedTables,
): Promise<void> {
  const { archive, mode, clock, keys } = options;
  const isWanted = (plan: TablePlan, row: RowId) => !partial || idMap.isSelected(plan.tableId, row);
  const bystanders = mode === "missing" ? linkTargets(options, target, jobs) : [];
  for (const { plan, live } of [...jobs, ...bystanders]) {
    if (mode === "missing") await noteLiveIds(target.connection, clock, idMap, plan, live);
  }
  idMap.transaction(() => {
    for (const { plan, live } of jobs) {
      idMap.addTable({ id: plan.tableId, name: plan.table.name, liveId: live.id, empties: mode === "replace" });
    }
  });
  for (const job of jobs) {
    const own = mode === "merge" ? keyColumns(job, keys) : [];
    if (mode === "merge") await noteLiveKeys(target.connection, clock, idMap, job, own);
    const keyOf = keyMaker(own);
    idMap.transaction(() => {
      for (const { id, cells } of readRows(archive.engine, job.plan, own.map(({ index }) => index))) {
        if (mode === "missing" && isLive(idMap, job.plan.tableId, id)) {
          idMap.plan(job.plan.tableId, { old: id, action: "keep", fresh: id });
        } else if (isWanted(job.plan, id)) {
          const match = mode === "merge" ? matchByKey(idMap, job, keyOf(cells), id) : null;
          idMap.plan(job.plan.tableId, { old: id, action: match === null ? "insert" : "update", fresh: match });
        }
      }
    });
  }
  idMap.transaction(() => {
    for (const { plan } of bystanders) {
      for (const { id } of readRows(archive.engine, plan, [])) {
        if (isLive(idMap, plan.tableId, id)) idMap.plan(plan.tableId, { old: id, action: "keep", fresh: id });
      }
    }
  });
  idMap.dropPlanning();
}

/** Tables that are not restored and that restored rows link to. */
function linkTargets({ archive }: RestoreOptions, target: Target, jobs: readonly TableJob[]) {
  const restored = new Set(jobs.map(({ plan }) => plan.tableId));
  const linked = new Set(jobs.flatMap(({ links }) => links.flatMap(({ targetId }) => targetId ?? [])));
  return heldTables(archive.catalogue).flatMap((plan) => {
    const live = target.listed.find(({ name }) => name === plan.table.name);
    if (!linked.has(plan.tableId) || restored.has(plan.tableId) || live === undefined || live.capability === null) {
      return [];
    }
    return [{ plan, live }];
  });
}
