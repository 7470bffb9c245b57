/**
 * Puts every row that should come back into the id map, and every row of the app that their links may lead to. It reads
 * the archive and the app, and writes to neither.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { RowId } from "../../value/row_id.ts";
import { isLive, keyColumns, keyMaker, matchByKey, noteLiveIds, noteLiveKeys } from "./match_rows.ts";
import { patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { heldTables, type TableJob } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";

/** What is known before rows are read. */
interface RowCircumstances {
  /** Whether only the selected rows come back. */
  readonly partial: boolean;
  /** Whether the archive was made from this same app, so that row ids mean the same in both. */
  readonly sameApp: boolean;
  /** Whether a table's rows are deleted first. */
  readonly empties: (job: TableJob) => boolean;
}

/** A table of the archive beside its table in the app. */
interface TablePair {
  readonly plan: TableLayout;
  readonly live: ListedTable;
}

/** Plans the rows of all tables that are restored. */
export async function planRows(
  options: RestoreOptions,
  target: Target,
  idMap: IdMap,
  jobs: readonly TableJob[],
  { partial, sameApp, empties }: RowCircumstances,
): Promise<void> {
  const { archive, mode, keys, signal } = options;
  const scan = patienceOf(options);
  const bystanders = sameApp ? linkTargets(options, target, jobs) : [];
  // Rows of restored tables that stay as they are, and that links may lead to.
  const hasStaying = mode === "merge" && partial && sameApp;
  for (const { plan, live } of [...hasStaying ? jobs : [], ...bystanders]) {
    await noteLiveIds(scan, target.connection, idMap, plan, live);
  }
  idMap.transaction(() => {
    for (const job of jobs) {
      const { plan, live } = job;
      idMap.plan.addTable({ id: plan.tableId, name: plan.table.name, liveId: live.id, empties: empties(job) });
    }
  });
  for (const job of jobs) {
    signal.throwIfAborted();
    const own = mode === "merge" ? keyColumns(job, keys) : [];
    if (mode === "merge") await noteLiveKeys(scan, target.connection, idMap, job, own);
    const keyOf = keyMaker(own);
    const table = job.plan.tableId;
    const isWanted = (row: RowId) => !partial || idMap.plan.isSelected(table, row);
    idMap.transaction(() => {
      for (const { id, cells } of readRows(archive.engine, job.plan, own.map(({ index }) => index))) {
        if (isWanted(id)) {
          const match = mode === "merge" ? matchByKey(idMap, job, keyOf(cells), id) : null;
          idMap.plan.add(table, { old: id, action: match === null ? "insert" : "update", fresh: match });
        } else if (hasStaying && isLive(idMap, table, id)) {
          keep(idMap, table, id);
        }
      }
    });
  }
  idMap.transaction(() => {
    for (const { plan } of bystanders) {
      for (const { id } of readRows(archive.engine, plan, [])) {
        if (isLive(idMap, plan.tableId, id)) keep(idMap, plan.tableId, id);
      }
    }
  });
  idMap.plan.finish();
}

/** A row that stays, unless a merged row has been matched with it. */
function keep(idMap: IdMap, table: number, id: RowId): void {
  if (idMap.rows.oldRow(table, id) === null) idMap.plan.add(table, { old: id, action: "keep", fresh: id });
}

/** Tables that are not restored, but to which restored rows link. */
function linkTargets({ archive }: RestoreOptions, target: Target, jobs: readonly TableJob[]): readonly TablePair[] {
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
