/**
 * Takes in the rows of one table: it compares them with the living rows for what is new, changed or gone. Whether they
 * are what was backed up is proven here on the way, or elsewhere at the same time. Runs inside the caller's
 * transaction.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { digestLookup } from "../../archive/digest/compute_digests.ts";
import { BlockDigester, tableDigest } from "../../archive/digest/table_digest.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import { RowStream } from "../../archive/rows/row_stream.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { nextTurn } from "../../verify/parallel/run_checks.ts";
import { MediaDigest } from "../store/media_digest.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { damagedTable } from "./damaged_table.ts";
import { LivingRows } from "./living_rows.ts";
import type { MediaIntake } from "./media_intake.ts";
import { type RowChanges, RowChangeWriter } from "./row_changes.ts";

/** The result for a table. */
interface TakenTable extends RowChanges {
  readonly mediaDigest: string | null;
}

/** One table of an archive that is being taken in. */
interface TableIntake {
  readonly vault: Engine;
  readonly archive: Engine;
  readonly table: CatalogueTable;
  /** The table's number in the vault. */
  readonly number: number;
  /** Numbered columns, in the order of the table's own. */
  readonly stored: readonly number[];
  readonly snapshot: number;
  readonly media: MediaIntake;
  /** Numbers of the rows that may differ from the living ones; null for all. */
  readonly only: Float64Array | null;
  /** Whether rows are digested here, if all are read; otherwise this is done elsewhere. */
  readonly digests: boolean;
  /** Called now and then; it may throw to stop. */
  readonly onRows: (rows: number) => void;
}

/** Rows between two calls of `onRows`. */
const STEP = 20_000;

/**
 * Takes a table in.
 * @throws {AnvilSqliteError} `damaged` (exit 4) when its rows do not fit its digest, or cannot be those of a backup
 */
export async function takeInTable(intake: TableIntake): Promise<TakenTable> {
  const { vault, archive, table: { plan, digest }, number, stored, snapshot, only } = intake;
  const columns = [...storedColumns(vault, number).values()];
  using living = new LivingRows(vault, number, columns, only);
  using writer = new RowChangeWriter(vault, number, stored, columns, snapshot);
  using lookup = digestLookup(archive, { media: true });
  const digester = intake.digests ? new BlockDigester(plan, lookup) : null;
  let mediaDigest: string | null = null;
  try {
    mediaDigest = await takeRows(intake, living, writer, digester);
    writer.flush();
  } catch (cause) {
    // This program never writes rows that do not ascend, or a cell that its column cannot hold.
    if (cause instanceof AnvilSqliteError || !(cause instanceof RangeError || isMisfit(cause))) throw cause;
    throw damagedTable(archive.path, plan.table.name, cause);
  }
  if (digester !== null && tableDigest(plan, digester.finish()) !== digest) {
    throw damagedTable(archive.path, plan.table.name);
  }
  return { ...writer.counts, mediaDigest };
}

/** Compares row by row, all cells of both sides; both come by ascending row id. */
async function takeRows(
  { archive, table: { plan }, media, only, onRows }: TableIntake,
  living: LivingRows,
  writer: RowChangeWriter,
  digester: BlockDigester | null,
): Promise<string | null> {
  const mediaColumns = plan.columns.flatMap(({ column }, at) => column.kind === "media" ? [at] : []);
  const mediaDigest = mediaColumns.length === 0 ? null : new MediaDigest();
  const withUses = (row: RowNumber, cells: readonly SqlValue[]): readonly SqlValue[] => {
    const stored = cells.slice();
    for (const at of mediaColumns) {
      const object = cells[at];
      if (typeof object !== "bigint") continue;
      const { use, facts } = media.take(object);
      stored[at] = use;
      mediaDigest?.add(String(row), at, facts);
    }
    return stored;
  };
  let count = 0;
  for (const { row, cells } of rowsOf(archive, plan, only)) {
    digester?.add(row, cells);
    compareRow(living, row, mediaDigest === null ? cells : withUses(row, cells), writer);
    if (++count % STEP !== 0) continue;
    onRows(count);
    await nextTurn();
  }
  for (let gone = living.current; gone !== null; living.advance(), gone = living.current) writer.remove(gone);
  return mediaDigest?.finish() ?? null;
}

/** Rows of the file, all cells of each. */
function* rowsOf(
  archive: Engine,
  plan: TableLayout,
  only: Float64Array | null,
): Iterable<{ readonly row: RowNumber; readonly cells: readonly SqlValue[] }> {
  const columns = plan.columns.map((_, at) => at);
  if (only === null) return yield* readRows(archive, plan, columns);
  using rows = new RowStream(archive, plan, columns, only);
  for (; rows.row !== null; rows.advance()) yield { row: rows.row, cells: rows.cells.slice(0, columns.length) };
}

function compareRow(living: LivingRows, row: RowNumber, cells: readonly SqlValue[], writer: RowChangeWriter): void {
  for (let old = living.current; old !== null && old.row < row; old = living.current) {
    writer.remove(old);
    living.advance();
  }
  const old = living.current;
  if (old === null || old.row > row) return writer.add(row, cells);
  writer.compare(old, cells);
  living.advance();
}

/** Whether a STRICT table refused a value. */
function isMisfit(cause: unknown): boolean {
  return cause instanceof Error && /cannot store \w+ value in \w+ column/.test(cause.message);
}
