/**
 * Plans what a restore would do to the app as it is now: rows to insert, update, skip and delete, what does not fit,
 * what cannot come back. It fills an id map and writes nothing to the app.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { countRows } from "../../tables/listing.ts";
import { countOf } from "../../ui/text/count.ts";
import { freshStack } from "../../tables/transaction.ts";
import type { EarlierRestores } from "../in_place/earlier_restores.ts";
import { closingSchema, findGaps } from "../job/check_fit.ts";
import { measureRows } from "./measure_rows.ts";
import { planOwnApp } from "./plan_own_app.ts";
import type { PlannedTable, PreparedRestore, RestorePlan } from "./restore_plan.ts";
import { planRows } from "./plan_rows.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { isInPlace, patienceOf, type RestoreMode, type RestoreOptions } from "../job/restore_options.ts";
import { selectLive } from "./select_live.ts";
import { selectRows } from "./select_rows.ts";
import { isWrittenTo, type TableJob, tableJob } from "../job/table_job.ts";
import { probeJobs } from "./probe_jobs.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { appName, archiveIdentity, isSameApp, type Target } from "../job/target.ts";

/**
 * Plans the restore.
 * @throws {AnvilSqliteError} wrong selection, `own-app` or `other-app` (exit 2), `not-empty` (exit 21)
 */
export async function planRestore(
  options: RestoreOptions,
  target: Target,
  idMap: IdMap,
  earlier: EarlierRestores,
): Promise<PreparedRestore> {
  const { archive, mode, mask, url, selection } = options;
  if (mode === "replace") refusePartial(options);
  const sameApp = isSameApp(archiveIdentity(archive.catalogue), target.identity);
  if (sameApp && options.refuseOwnApp === true) throw ownApp(appName(target.identity, url));
  if (isInPlace(mode) && !sameApp) throw otherApp(mode, appName(target.identity, url));
  const selected = selectRows(archive, selection, idMap, await selectLive(options, target, earlier));
  const wanted = selected.tables.map(({ table }) => table);
  const gaps = findGaps(wanted, archive.catalogue, target.schema, target.listed, mask);
  const head = { mode, app: appName(target.identity, url), sameApp, gaps };
  if (gaps.length > 0) {
    const closing = closingSchema(gaps, wanted, archive.catalogue, target.schema);
    return { plan: { ...head, ...NOTHING, closingSchema: closing }, jobs: [], storages: new Map() };
  }
  if (isInPlace(mode)) {
    return await planOwnApp(options, target, idMap, earlier, selected, { ...head, gaps: [] });
  }
  const jobs = selected.tables.map((plan) => tableJob(plan, archive.catalogue, target, mask));
  const counts = await countLive(options, target, jobs);
  if (mode === "empty") refuseNonEmpty(jobs, counts, sameApp);
  // A table that is empty on both sides needs no emptying, and so no permission for it.
  const empties = (job: TableJob) => mode === "replace" && ((counts.get(job) ?? 0) > 0 || holdsRows(archive, job));
  await planRows(options, target, idMap, jobs, { partial: selected.partial, sameApp, empties });
  const tables = jobs.map((job): PlannedTable => {
    const { inserts, updates, keeps } = idMap.rows.progress(job.plan.tableId);
    const deletes = mode === "replace" ? counts.get(job) ?? 0 : 0;
    return { name: job.name, inserts, updates, skips: keeps, deletes };
  });
  const probed = await probeJobs(options, target, jobs.filter((job) => isWrittenTo(idMap, job)));
  const ready = jobs.map(({ plan }) => tableJob(plan, archive.catalogue, target, mask, probed.storages));
  const measured = measureRows(options, idMap, ready);
  const warnings = mode === "replace" ? linksToEmptied(target, jobs, counts) : [];
  const { refused, storages } = probed;
  return {
    plan: { ...head, ...measured, tables, refused, closingSchema: "", warnings, ownApp: null },
    jobs: ready,
    storages,
  };
}

/** A plan without any work. */
const NOTHING = {
  tables: [],
  rows: 0,
  bytes: 0,
  media: 0,
  mediaBytes: 0,
  links: 0,
  estimateMs: 0,
  losses: [],
  changes: [],
  refused: [],
  warnings: [],
  ownApp: null,
} as const;

function holdsRows({ catalogue }: OpenArchive, { plan }: TableJob): boolean {
  return (catalogue.tables.find((table) => table.plan === plan)?.rowsCopied ?? 0) > 0;
}

async function countLive(
  options: RestoreOptions,
  { connection }: Target,
  jobs: readonly TableJob[],
): Promise<ReadonlyMap<TableJob, number>> {
  const stack = freshStack("count");
  const counts = new Map<TableJob, number>();
  for (const job of jobs) {
    const count = () => countRows(connection, stack, job.capability);
    counts.set(job, await patiently(`counting table '${job.name}'`, count, patienceOf(options), PATIENCE.alone));
  }
  return counts;
}

/** Tables that stay as they are and link to tables that are emptied. */
function linksToEmptied(
  { schema }: Target,
  jobs: readonly TableJob[],
  counts: ReadonlyMap<TableJob, number>,
): readonly string[] {
  const emptied = jobs.filter((job) => (counts.get(job) ?? 0) > 0);
  return schema.tables.filter(({ id }) => !jobs.some(({ live }) => live.id === id)).flatMap((table) =>
    table.columns.flatMap((column) => {
      const job = emptied.find(({ live }) => live.id === column.targetId);
      if (job === undefined) return [];
      return `Links in column '${column.name}' of table '${table.name}', which stays, to rows of '${job.name}' will ` +
        "lead nowhere: the rows that come back have new ids";
    })
  );
}

function refusePartial({ selection }: RestoreOptions): void {
  const { rows, where, whereLive, withLinks, linkedFrom } = selection;
  if (rows.length === 0 && where === null && whereLive === null && !withLinks && !linkedFrom) return;
  throw new AnvilSqliteError("'--replace' would delete whole tables to bring back some of their rows", {
    code: "bad-selection",
    hint: "Use --missing or --merge for single rows, or --replace with whole tables.",
  });
}

function refuseNonEmpty(jobs: readonly TableJob[], counts: ReadonlyMap<TableJob, number>, sameApp: boolean): void {
  const full = jobs.filter((job) => (counts.get(job) ?? 0) > 0);
  if (full.length === 0) return;
  const names = full.map((job) => `'${job.name}' (${countOf(counts.get(job) ?? 0, "row")})`).join(", ");
  const whose = sameApp ? "This is the app that the backup was made of, and its" : "The app's";
  throw new AnvilSqliteError(`${whose} tables hold rows already: ${names}`, {
    code: "not-empty",
    hint:
      `Say what is to become of them: ${
        sameApp ? "--revert puts values and rows back as they were, --missing only rows that are gone, " : ""
      }` +
      "--merge COLUMN updates rows that agree in a column, --replace deletes them all first.",
  });
}

function ownApp(app: string): AnvilSqliteError {
  return new AnvilSqliteError(`Both ends of the copy are one app, '${app}'`, {
    code: "own-app",
    hint: "Give another --to-url or --to-key-file.",
  });
}

function otherApp(mode: RestoreMode, app: string): AnvilSqliteError {
  return new AnvilSqliteError(
    `The backup is not of this app, '${app}', so '--${mode}' cannot know rows by their ids`,
    {
      code: "other-app",
      hint: "Use --merge with key columns, or restore into empty tables.",
    },
  );
}

/**
 * Refuses a plan that server code may not carry out.
 * @throws {AnvilSqliteError} `not-writable` (exit 12)
 */
export function refuseUnwritable({ refused }: RestorePlan): void {
  if (refused.length === 0) return;
  const names = refused.map((name) => `'${name}'`).join(", ");
  throw new AnvilSqliteError(`Server code may not write to table${refused.length === 1 ? "" : "s"} ${names}`, {
    code: "not-writable",
    hint: "In the Anvil editor, give server code full access there, or leave it out with --exclude.",
  });
}
