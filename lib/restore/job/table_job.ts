/**
 * One table of a restore: which of the archive's columns are written, as data or as links, and to which table of the
 * app. Plain data, made once the archive is known to fit.
 */
import { type Catalogue, type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import type { Storage } from "../../tables/probe_table.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { ColumnMask, Mask } from "../../mask/mask.ts";
import type { TableCapability, Target } from "./target.ts";

/** A column that is written. */
export interface JobColumn {
  /** Index into the archive's columns. */
  readonly index: number;
  readonly column: ColumnSchema;
  readonly mask: ColumnMask | null;
  /** The column in the app, with its own link target. */
  readonly live: ColumnSchema;
}

/** A link column that is written. */
export interface JobLink extends JobColumn {
  readonly kind: "link_single" | "link_multiple";
  /** Id of the linked table in the archive; null when the archive does not know it. */
  readonly targetId: number | null;
  readonly target: TableCapability | null;
}

/** Kinds of storage, by the id of the app's table. */
export type Storages = Map<number, Storage>;

/** A table that is restored. */
export interface TableJob {
  readonly plan: TableLayout;
  readonly name: string;
  readonly live: ListedTable;
  readonly capability: TableCapability;
  /** How the app stores it; null when it was not asked, for example because there is nothing to do. */
  readonly storage: Storage | null;
  readonly data: readonly JobColumn[];
  readonly links: readonly JobLink[];
  /** Columns whose type no client can write. */
  readonly unwritable: readonly JobColumn[];
  /** Links to tables that were never in the archive: their targets are unknown, so the app's own links stay. */
  readonly outside: readonly Pick<JobColumn, "index" | "column">[];
}

/** The tables whose rows the archive has, by Python name. */
export function heldTables({ tables }: Catalogue): readonly TableLayout[] {
  return tables.filter((table) => isHeld(table)).map(({ plan }) => plan);
}

/**
 * Whether a column links to a table whose rows the archive never had: the key could not read it, it was left out, or it
 * does not belong to the app. Nothing in the column can be restored.
 */
export function leadsOutside({ kind, targetId, target }: ColumnSchema, archive: Catalogue): boolean {
  if (!isLink(kind)) return false;
  const table = targetTable(archive, targetId, target);
  return table === null || !isHeld(table);
}

/** Makes the job of a table that fits the app. */
export function tableJob(
  plan: TableLayout,
  archive: Catalogue,
  target: Target,
  mask: Mask | null,
  storages: ReadonlyMap<number, Storage> = new Map(),
): TableJob {
  const name = plan.table.name;
  const live = target.listed.find((table) => table.name === name);
  if (live === undefined || live.capability === null) throw new Error(`Table '${name}' does not fit`);
  const described = target.schema.tables.find((table) => table.id === live.id)?.columns ?? [];
  const seen = new Set<string>();
  const columns = plan.columns.flatMap(({ column }, index): readonly JobColumn[] => {
    const own = described.find((candidate) => candidate.name === column.name);
    const rule = mask?.rule(name, column.name) ?? null;
    // When a hand-made file has a name twice, only one of the two can be written.
    if (rule?.action === "drop" || own === undefined || seen.has(column.name)) return [];
    seen.add(column.name);
    return [{ index, column, mask: rule, live: own }];
  });
  return {
    plan,
    name,
    live,
    capability: live.capability,
    storage: storages.get(live.id) ?? null,
    data: columns.filter(({ column }) => !isLink(column.kind) && column.kind !== "unknown"),
    links: columns.flatMap((job): readonly JobLink[] => {
      const { kind, target: targetName } = job.column;
      // A masked link is left out: it is None in a new row.
      if (!isLink(kind) || job.mask !== null || leadsOutside(job.column, archive)) return [];
      const there = target.listed.find((table) => table.id === job.live.targetId);
      const here = targetTable(archive, job.column.targetId, targetName);
      return [{ ...job, kind, targetId: here?.plan.tableId ?? null, target: there?.capability ?? null }];
    }),
    unwritable: columns.filter(({ column }) => column.kind === "unknown"),
    outside: plan.columns.flatMap(({ column }, index) => {
      const isMasked = mask?.rule(name, column.name) !== null && mask !== null;
      return !isMasked && leadsOutside(column, archive) ? [{ index, column }] : [];
    }),
  };
}

/** The archive's table that a link leads to. */
function targetTable({ tables }: Catalogue, id: number | null, name: string | null): CatalogueTable | null {
  const byId = tables.find(({ plan }) => id !== null && plan.table.id === id);
  return byId ?? tables.find(({ plan }) => plan.table.name === name) ?? null;
}

/** Whether a restore writes to a table or has written to it; emptying it counts too. */
export function isWrittenTo(idMap: IdMap, { plan: { tableId } }: TableJob): boolean {
  const { inserts, updates } = idMap.rows.progress(tableId);
  return inserts + updates > 0 || idMap.plan.tables().some(({ id, empties }) => id === tableId && empties);
}
