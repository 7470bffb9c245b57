/**
 * What a restore would do, worked out against the app as it is now: rows to insert, update, skip and delete, what does
 * not fit, what cannot come back. It fills an id map and writes nothing to the app.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { countRows } from "../../tables/listing.ts";
import { countOf } from "../../ui/text/count.ts";
import { freshStack } from "../../tables/transaction.ts";
import { closingSchema, findGaps, type Gap } from "../job/check_fit.ts";
import type { LossMessage } from "../job/loss_list.ts";
import { measureRows } from "./measure_rows.ts";
import { planRows } from "./plan_rows.ts";
import type { RestoreMode, RestoreOptions } from "../job/restore_options.ts";
import { selectRows } from "./select_rows.ts";
import { type TableJob, tableJob } from "../job/table_job.ts";
import { appName, archiveIdentity, isSameApp, type Target } from "../job/target.ts";

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
  readonly losses: readonly LossMessage[];
  /** What the app loses beyond the rows that are deleted: links of other tables to them. */
  readonly warnings: readonly string[];
}

/** What no restore over the Uplink brings back. */
export const NOT_RESTORED: readonly string[] = [
  "row ids: Anvil gives new ones (the id map says which), and text that holds an old id still holds it",
  "ids of tables, columns and media",
  "access rules and indexes of tables",
];

/** A plan with what carrying it out needs. */
export interface PreparedRestore {
  readonly plan: RestorePlan;
  readonly jobs: readonly TableJob[];
}

/**
 * Plans.
 * @throws {AnvilSqliteError} wrong selection, `own-app` or `other-app` (exit 2), `not-empty` (exit 21)
 */
export async function planRestore(options: RestoreOptions, target: Target, idMap: IdMap): Promise<PreparedRestore> {
  const { archive, mode, mask, url, selection } = options;
  if (mode === "replace") refusePartial(options);
  const sameApp = isSameApp(archiveIdentity(archive.catalogue), target.identity);
  if (sameApp && options.refuseOwnApp === true) throw ownApp(appName(target.identity, url));
  if (mode === "missing" && !sameApp) throw otherApp(appName(target.identity, url));
  const selected = selectRows(archive, selection, idMap);
  const wanted = selected.tables.map(({ table }) => table);
  const gaps = findGaps(wanted, archive.catalogue, target.schema, target.listed, mask);
  const head = { mode, app: appName(target.identity, url), sameApp, gaps };
  if (gaps.length > 0) {
    const nothing = { tables: [], rows: 0, bytes: 0, media: 0, mediaBytes: 0, links: 0, estimateMs: 0, losses: [] };
    const closing = closingSchema(gaps, wanted, archive.catalogue, target.schema);
    return { plan: { ...head, ...nothing, closingSchema: closing, warnings: [] }, jobs: [] };
  }
  const jobs = selected.tables.map((plan) => tableJob(plan, archive.catalogue, target, mask));
  const counts = await countLive(target, jobs);
  if (mode === "empty") refuseNonEmpty(jobs, counts, sameApp);
  await planRows(options, target, idMap, jobs, { partial: selected.partial, sameApp });
  const measured = measureRows(options, idMap, jobs);
  const tables = jobs.map((job): PlannedTable => {
    const { inserts, updates, keeps } = idMap.rows.progress(job.plan.tableId);
    const deletes = mode === "replace" ? counts.get(job) ?? 0 : 0;
    return { name: job.name, inserts, updates, skips: keeps, deletes };
  });
  const warnings = mode === "replace" ? linksToEmptied(target, jobs, counts) : [];
  return { plan: { ...head, ...measured, tables, closingSchema: "", warnings }, jobs };
}

async function countLive(target: Target, jobs: readonly TableJob[]): Promise<ReadonlyMap<TableJob, number>> {
  const stack = freshStack("count");
  const counts = new Map<TableJob, number>();
  for (const job of jobs) counts.set(job, await countRows(target.connection, stack, job.capability));
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

function refusePartial({ selection: { rows, where, withLinks } }: RestoreOptions): void {
  if (rows.length === 0 && where === null && !withLinks) return;
  throw new AnvilSqliteError("'--replace' would delete whole tables to bring back some of their rows", {
    code: "bad-selection",
    hint: "Use --missing or --merge for single rows, or --replace with whole tables.",
  });
}

function refuseNonEmpty(jobs: readonly TableJob[], counts: ReadonlyMap<TableJob, number>, sameApp: boolean): void {
  const full = jobs.filter((job) => (counts.get(job) ?? 0) > 0);
  if (full.length === 0) return;
  const names = full.map((job) => `'${job.name}' (${countOf(counts.get(job) ?? 0, "row")})`).join(", ");
  const whose = sameApp ? "This is the app that the archive was made of, and its" : "The app's";
  throw new AnvilSqliteError(`${whose} tables hold rows already: ${names}`, {
    code: "not-empty",
    hint: `Say what is to become of them: ${sameApp ? "--missing re-inserts only rows that are gone, " : ""}` +
      "--merge COLUMN updates rows that agree in a column, --replace deletes them all first.",
  });
}

function ownApp(app: string): AnvilSqliteError {
  return new AnvilSqliteError(`Both ends of the copy are one app, '${app}'`, {
    code: "own-app",
    hint: "Give another --to-url or --to-key-file.",
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
