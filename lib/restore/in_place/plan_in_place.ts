/**
 * Plans a restore in place: rows of a file against the app that it was made from. What is gone comes back and is linked
 * to again; with `--revert` cells that differ are set back. It fills the id map and writes nothing to the app.
 */
import { MediaReader } from "../../archive/media/media_reader.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import { isCell } from "../../tables/cell_codec.ts";
import type { PageRow } from "../../tables/read/table_reader.ts";
import type { RowId } from "../../value/row_id.ts";
import { FileCells } from "../job/file_cells.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import type { JobColumn, JobLink, TableJob } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";
import { RowComparison } from "./compare_row.ts";
import type { InPlace, InPlaceTable } from "./context.ts";
import type { EarlierRestores } from "./earlier_restores.ts";
import { LeftCells } from "./left_cells.ts";
import { usableTable } from "./live_tables.ts";
import { matchRows, matchTable, type RowVisitor } from "./match_table.ts";
import { compareMedia } from "./media_questions.ts";
import { relinkRows } from "./relink_rows.ts";
import { settleLinks } from "./settle_links.ts";

/** Which rows are put back. */
interface InPlaceSelection {
  /** Tables whose rows are put back. */
  readonly tables: readonly TableLayout[];
  /** Whether the id map lists the rows to put back; otherwise all are. */
  readonly partial: boolean;
}

/** What the planning found. */
interface InPlaceFindings {
  readonly left: LeftCells;
  /** Number of rows that are in both the file and the app, by the table's id in the file. */
  readonly living: ReadonlyMap<number, number>;
  /** Number of rows that are newer than the file, by the table's id; only for whole tables. */
  readonly newer: ReadonlyMap<number, number>;
}

/** Plans the restore. Every table of `jobs` is in the app under its own id. */
export async function planInPlace(
  options: RestoreOptions,
  target: Target,
  idMap: IdMap,
  { storages, probe }: Pick<InPlace, "storages" | "probe">,
  earlier: EarlierRestores,
  jobs: readonly TableJob[],
  { tables, partial }: InPlaceSelection,
): Promise<InPlaceFindings> {
  using media = new MediaReader(options.archive.engine);
  const context: InPlace = {
    options,
    target,
    idMap,
    storages,
    probe,
    earlier,
    cells: new FileCells(options.archive, media, options.mask, options.media),
    media,
    left: new LeftCells(),
    tables: jobs.map((job): InPlaceTable => {
      const selected = !tables.includes(job.plan) ? null : partial ? "some" : "all";
      return { job, selected, compared: comparedColumns(options, job) };
    }),
  };
  idMap.transaction(() => {
    for (const { plan, live } of jobs) {
      idMap.plan.addTable({ id: plan.tableId, name: plan.table.name, liveId: live.id, empties: false });
    }
  });
  const living = new Map<number, number>();
  const newer = new Map<number, number>();
  for (const table of context.tables) {
    if (table.selected === null) continue;
    options.progress.report({ type: "checking", what: `table ${table.job.name} in the app` });
    if (table.compared.length > 0) await probe([table.job.live]);
    const visitor = new Visitor(context, table);
    if (table.selected === "all") await matchTable(context, table, visitor, visitor.labelled);
    else await matchRows(context, table, [...idMap.plan.selectedRows(table.job.plan.tableId)], visitor);
    living.set(table.job.plan.tableId, visitor.livingRows);
    newer.set(table.job.plan.tableId, visitor.newerRows);
  }
  if (options.inPlace.relink) {
    options.progress.report({ type: "checking", what: "links to rows that are gone" });
    await relinkRows(context);
  }
  await probe(context.tables.flatMap(({ job }) => idMap.rows.progress(job.plan.tableId).inserts > 0 ? [job.live] : []));
  await settleLinks(context);
  idMap.plan.finish();
  return { left: context.left, living, newer };
}

/** Columns whose values are set back in existing rows. */
function comparedColumns({ mode, inPlace: { columns }, media }: RestoreOptions, job: TableJob) {
  if (mode !== "revert") return [];
  const all: readonly (JobColumn | JobLink)[] = [
    ...job.data.filter(({ column }) => media || column.kind !== "media"),
    ...job.links,
  ];
  if (columns.length === 0) return all;
  return all.filter(({ column: { name } }) => columns.includes(name) || columns.includes(`${job.name}.${name}`));
}

/** Notes what is found out about the rows of one table. */
class Visitor implements RowVisitor {
  readonly #context: InPlace;
  readonly #table: InPlaceTable;
  readonly #comparison: RowComparison;
  /** Columns for the labels of newer rows, if these are to be deleted. */
  readonly labelled;
  livingRows = 0;
  newerRows = 0;

  constructor(context: InPlace, table: InPlaceTable) {
    this.#context = context;
    this.#table = table;
    this.#comparison = new RowComparison(context, table);
    const columns = usableTable(context.target, table.job.live.id)?.columns ?? [];
    this.labelled = context.options.inPlace.deleteNew ? labelColumns(columns).flatMap((at) => columns[at] ?? []) : [];
  }

  living(old: RowId, stored: Parameters<RowVisitor["living"]>[1], row: PageRow): void {
    this.livingRows++;
    this.#comparison.compare(old, stored, row);
  }

  gone(old: RowId): void {
    this.#context.idMap.plan.add(this.#table.job.plan.tableId, { old, action: "insert", fresh: null });
  }

  newer({ id, cells }: PageRow): void {
    this.newerRows++;
    if (!this.#context.options.inPlace.deleteNew) return;
    const named = cells.slice(this.#table.compared.length);
    this.#context.idMap.cells.addDeletion(
      this.#table.job.live.id,
      id,
      labelOf(named.map((cell) => isCell(cell) ? cell : null)),
    );
  }

  async settled(): Promise<void> {
    await compareMedia(this.#context, this.#comparison.questions.splice(0));
  }
}
