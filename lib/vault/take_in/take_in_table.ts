/**
 * Takes the rows of one table in: what is new, what changed, what is gone, against the living rows. Rows are digested while
 * they are read, and a table that is not what its digest says is refused. Runs inside the caller's transaction.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { digestLookup } from "../../archive/digest/compute_digests.ts";
import { BlockDigester, tableDigest } from "../../archive/digest/table_digest.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowNumber } from "../../value/row_id.ts";
import { MediaDigest } from "../store/media_digest.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { LivingRows } from "./living_rows.ts";
import type { MediaIntake } from "./media_intake.ts";
import { type RowChanges, RowChangeWriter } from "./row_changes.ts";

/** What came in. */
interface TakenTable extends RowChanges {
  readonly mediaDigest: string | null;
}

/** One table of an archive on its way in. */
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
  /** Called now and then; it may throw to stop. */
  readonly onRows: (rows: number) => void;
}

/** Rows between two calls of `onRows`. */
const STEP = 20_000;

/**
 * Takes a table in.
 * @throws {AnvilSqliteError} `damaged` (exit 4) when its rows are not what its digest says
 */
export function takeInTable(intake: TableIntake): TakenTable {
  const { vault, archive, table: { plan, digest }, number, stored, snapshot } = intake;
  const columns = [...storedColumns(vault, number).values()];
  using living = new LivingRows(vault, number, columns);
  using writer = new RowChangeWriter(vault, number, stored, columns, snapshot);
  using lookup = digestLookup(archive, { media: true });
  const digester = new CountedDigester(new BlockDigester(plan, lookup), intake.onRows);
  let mediaDigest: string | null = null;
  try {
    mediaDigest = takeRows(intake, living, writer, digester);
    writer.flush();
  } catch (cause) {
    // Rows that do not ascend, or a cell that its column cannot hold: neither is of this program's making.
    if (cause instanceof AnvilSqliteError || !(cause instanceof RangeError || isMisfit(cause))) throw cause;
    throw damagedTable(intake, cause);
  }
  if (tableDigest(plan, digester.finish()) !== digest) throw damagedTable(intake);
  return { ...writer.counts, mediaDigest };
}

/** Says how far the reading is. */
class CountedDigester {
  readonly #digester: BlockDigester;
  readonly #onRows: (rows: number) => void;
  #count = 0;

  constructor(digester: BlockDigester, onRows: (rows: number) => void) {
    this.#digester = digester;
    this.#onRows = onRows;
  }

  add(row: RowNumber, cells: readonly SqlValue[]): void {
    this.#digester.add(row, cells);
    if (++this.#count % STEP === 0) this.#onRows(this.#count);
  }

  finish() {
    return this.#digester.finish();
  }
}

/** Compares row by row, all cells of both sides, both by ascending row id. */
function takeRows(
  { archive, table: { plan }, media }: TableIntake,
  living: LivingRows,
  writer: RowChangeWriter,
  digester: CountedDigester,
): string | null {
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
  for (const { row, cells } of readRows(archive, plan, plan.columns.map((_, at) => at))) {
    digester.add(row, cells);
    compareRow(living, row, mediaDigest === null ? cells : withUses(row, cells), writer);
  }
  for (let gone = living.current; gone !== null; living.advance(), gone = living.current) writer.remove(gone);
  return mediaDigest?.finish() ?? null;
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

function damagedTable({ archive, table: { plan } }: TableIntake, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`DAMAGED: table '${plan.table.name}' of '${archive.path}' is not what was backed up`, {
    code: "damaged",
    hint: "It was not taken in, and the vault is as it was. 'verify' says more about the file.",
    cause,
  });
}
