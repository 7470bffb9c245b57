/**
 * The plan of a restore into the same app that a file was made from: `--missing` and `--revert`. Rows are matched by
 * their ids, and so are tables: a table that was made again under the same name is another table.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { EarlierRestores } from "../in_place/earlier_restores.ts";
import { planInPlace } from "../in_place/plan_in_place.ts";
import { shownChanges } from "../in_place/shown_changes.ts";
import { closestWord } from "../../ui/text/closest_word.ts";
import { findGaps } from "../job/check_fit.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import type { ListedTable } from "../../tables/listing.ts";
import { heldTables, type Storages, tableJob } from "../job/table_job.ts";
import { archiveIdentity, type Target } from "../job/target.ts";
import { measureRows } from "./measure_rows.ts";
import type { OwnAppPlan, PlannedTable, PreparedRestore } from "./restore_plan.ts";
import { type ProbedTable, probeJobs } from "./probe_jobs.ts";

/** What the general plan of a restore has found already. */
interface Head {
  readonly mode: RestoreOptions["mode"];
  readonly app: string;
  readonly sameApp: boolean;
  readonly gaps: readonly [];
}

/** Plans a restore into the file's own app. */
export async function planOwnApp(
  options: RestoreOptions,
  target: Target,
  idMap: IdMap,
  earlier: EarlierRestores,
  selected: { readonly tables: readonly TableLayout[]; readonly partial: boolean },
  head: Head,
): Promise<PreparedRestore> {
  const { archive } = options;
  checkChoices(options, selected.tables, selected.partial);
  const plans = usablePlans(options, target, selected.tables);
  const found = plans.map((plan) => tableJob(plan, archive.catalogue, target, null));
  const probing = new Probing(options, target);
  const findings = await planInPlace(options, target, idMap, probing, earlier, found, selected);
  const { storages, refused } = probing;
  const jobs = plans.map((plan) => tableJob(plan, archive.catalogue, target, null, storages));
  const tables = jobs.flatMap((job): readonly PlannedTable[] => {
    const id = job.plan.tableId;
    const { inserts } = idMap.rows.progress(id);
    const updates = idMap.cells.count(job.live.id, "open").rows;
    const deletes = idMap.cells.countDeletions(job.live.id).planned;
    if (!selected.tables.includes(job.plan) && updates === 0) return [];
    return [{ name: job.name, inserts, updates, skips: (findings.living.get(id) ?? 0) - updates, deletes }];
  });
  const measured = measureRows(options, idMap, jobs);
  const newer = jobs.flatMap(({ name, plan }) => {
    const rows = findings.newer.get(plan.tableId) ?? 0;
    return rows === 0 || options.inPlace.deleteNew ? [] : [{ table: name, rows }];
  });
  return {
    plan: {
      ...head,
      ...measured,
      losses: [...measured.losses, ...findings.left.messages()],
      tables,
      refused: refused.toSorted().filter((name) => {
        const id = target.listed.find((table) => table.name === name)?.id ?? 0;
        return tables.some((table) => table.name === name && table.inserts + table.updates + table.deletes > 0) ||
          idMap.cells.count(id, "open").cells > 0;
      }),
      closingSchema: "",
      warnings: [],
      ownApp: ownAppPlan(options, target, idMap, newer),
    },
    jobs,
    storages,
  };
}

/** What is still to be done by the id map, for showing. */
export function ownAppPlan(
  { archive }: RestoreOptions,
  target: Target,
  idMap: IdMap,
  newer: OwnAppPlan["newer"] = [],
): OwnAppPlan {
  const madeAt = archive.catalogue.provenance.get("backup_start");
  return {
    madeAt: typeof madeAt === "string" ? madeAt : null,
    concluded: target.identity.appId === "" && archiveIdentity(archive.catalogue).appId === "",
    tables: shownChanges(archive, target, idMap),
    newer,
  };
}

/** Tables whose rows are put back, and other tables of the app whose links may be set again. */
function usablePlans(
  { archive }: RestoreOptions,
  target: Target,
  selected: readonly TableLayout[],
): readonly TableLayout[] {
  const remade = selected.find((plan) =>
    target.listed.some(({ name, id }) => name === plan.table.name && id !== plan.tableId)
  );
  if (remade !== undefined) throw madeAgain(remade.table.name);
  return heldTables(archive.catalogue).filter((plan) => {
    if (selected.includes(plan)) return true;
    const isThere = target.listed.some(({ name, id, capability }) =>
      name === plan.table.name && id === plan.tableId && capability !== null
    );
    return isThere && findGaps([plan.table], archive.catalogue, target.schema, target.listed, null).length === 0;
  });
}

/** Asks tables whether they may be written and how they are stored; each table only once. */
class Probing {
  readonly #options: RestoreOptions;
  readonly #target: Target;
  readonly #asked = new Set<number>();
  readonly storages: Storages = new Map();
  readonly refused: string[] = [];

  constructor(options: RestoreOptions, target: Target) {
    this.#options = options;
    this.#target = target;
  }

  readonly probe = async (tables: readonly ListedTable[]): Promise<void> => {
    const asked = tables.flatMap((live): readonly ProbedTable[] => {
      if (live.capability === null || this.#asked.has(live.id)) return [];
      this.#asked.add(live.id);
      return [{ name: live.name, live, capability: live.capability }];
    });
    const { storages, refused } = await probeJobs(this.#options, this.#target, asked);
    for (const [id, storage] of storages) this.storages.set(id, storage);
    this.refused.push(...refused);
  };
}

/** Refuses options that do not fit together. */
function checkChoices(
  { mode, inPlace: { columns, deleteNew } }: RestoreOptions,
  tables: readonly TableLayout[],
  partial: boolean,
): void {
  if (mode !== "revert" && (columns.length > 0 || deleteNew)) {
    const flag = deleteNew ? "--delete-new" : "--column";
    throw badSelection(`'${flag}' belongs to --revert`, "Give --revert too.");
  }
  if (deleteNew && partial) {
    throw badSelection(
      "'--delete-new' goes with whole tables: it would delete every row that was not selected",
      "Leave --row, --where, --with-links and --linked-from away, or leave --delete-new away.",
    );
  }
  for (const name of columns) {
    const isThere = tables.some(({ table }) =>
      table.columns.some((column) => column.name === name || `${table.name}.${column.name}` === name)
    );
    if (isThere) continue;
    const names = tables.flatMap(({ table }) => table.columns.map((column) => column.name));
    const close = closestWord(name, names);
    throw badSelection(
      `None of the tables has a column '${name}'`,
      close === null ? `They have: ${[...new Set(names)].join(", ")}.` : `Did you mean '${close}'?`,
    );
  }
}

function badSelection(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "bad-selection", hint });
}

function madeAgain(name: string): AnvilSqliteError {
  return new AnvilSqliteError(`Table '${name}' of the app is not the one that was backed up: it was made again`, {
    code: "other-table",
    hint: "Its rows have other ids, so they cannot be matched. Use --merge with a key column, or leave it out with " +
      "--exclude.",
  });
}
