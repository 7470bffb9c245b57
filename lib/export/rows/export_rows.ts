/**
 * Rows of one table of an export, in order of row ids: the chosen cells, masked. Cells whose value is absent are
 * reported. It only reads.
 */
import { absentCells, oddCells } from "../../archive/catalogue/absent_cells.ts";
import { readBatches, type RowBounds } from "../../archive/rows/row_reader.ts";
import { pause } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { maskedCell } from "../../mask/mask.ts";
import type { Cell } from "../../value/cell.ts";
import { rowIdText, type RowNumber } from "../../value/row_id.ts";
import type { ExportContent, ExportJob, OutTable } from "../job/export_job.ts";

/** One row of an export. */
export interface OutRow {
  readonly row: RowNumber;
  /** In the order of the table's columns. */
  readonly cells: Cell[];
}

/** After so many milliseconds the loop pauses to notice Ctrl-C. */
const BREATH_MS = 50;

/**
 * Rows in batches; other work may run between them.
 * @param time whether the table is read again, for another purpose: then nothing is reported again
 * @throws {AnvilSqliteError} `bad-where` (exit 2), and the signal's reason
 */
export async function* exportRows(
  job: ExportJob,
  table: OutTable,
  time: "first" | "again" = "first",
): AsyncGenerator<readonly OutRow[]> {
  const tally = time === "first" ? new RowTally(job, table) : null;
  const breath = new Breath(job);
  const marks = marksOf(job, table);
  const onRow = marks === null ? null : (row: OutRow) => mark(job, table, marks, row, time === "first");
  for (const batch of batchesOf(job, table, null, onRow)) {
    tally?.add(batch.length);
    yield batch;
    if (await breath.taken()) tally?.tell();
  }
  tally?.end();
}

/**
 * Rows of a part of a table at once, in a thread that has nothing else to do. It reports nothing, so it is only for
 * tables without marked cells (see {@link hasMarks}).
 */
export function rowsWithin(job: ExportContent, table: OutTable, bounds: RowBounds): Iterable<readonly OutRow[]> {
  return batchesOf(job, table, bounds, null);
}

/** Whether the archive has marks on single cells of a table, which are reported as they are read. */
export function hasMarks(job: ExportContent, table: OutTable): boolean {
  return marksOf(job, table) !== null;
}

/** Lets other work run, so that Ctrl-C is noticed. */
class Breath {
  readonly #job: ExportJob;
  #last: number;

  constructor(job: ExportJob) {
    this.#job = job;
    this.#last = job.clock.monotonic();
  }

  /** Pauses if it is time. @returns whether it did */
  async taken(): Promise<boolean> {
    const { clock, signal } = this.#job;
    if (clock.monotonic() - this.#last < BREATH_MS) return false;
    await pause(clock, 0, signal);
    this.#last = clock.monotonic();
    return true;
  }
}

/** Counts the rows of a table as they go out, reports the progress, and checks at the end whether all were there. */
export class RowTally {
  readonly #job: ExportJob;
  readonly #table: OutTable;
  #rows = 0;

  constructor(job: ExportJob, table: OutTable) {
    this.#job = job;
    this.#table = table;
    job.progress.report({ type: "table-start", table: this.#name, rows: table.where === null ? table.rows ?? 0 : 0 });
  }

  get #name(): string {
    return this.#table.plan.table.name;
  }

  add(rows: number): void {
    this.#rows += rows;
  }

  tell(): void {
    this.#job.progress.report({ type: "rows", table: this.#name, rows: this.#rows, bytes: 0 });
  }

  end(): void {
    const [name, done, { where, rows }] = [this.#name, this.#rows, this.#table];
    this.#job.progress.report({ type: "table-done", table: name, rows: done });
    if (where === null && rows !== null && rows !== done) {
      this.#job.shortfalls.lose(`Table '${name}' has ${done} rows, and the catalogue says ${rows}: run 'verify'`);
    }
  }
}

/**
 * Batches without a pause.
 * @param onRow called with each row before it goes out; it may change the row
 */
function* batchesOf(
  { archive: { engine }, secret }: ExportContent,
  table: OutTable,
  bounds: RowBounds | null,
  onRow: ((row: OutRow) => void) | null,
): Iterable<readonly OutRow[]> {
  const masks = table.columns.flatMap(({ mask }, place) => mask === null ? [] : [{ place, mask }]);
  // No other column of an archive can hold bytes: its tables are STRICT (sqlite.org/stricttables.html).
  const loose = table.columns.flatMap(({ kind }, place) => kind === "number" ? [place] : []);
  try {
    for (
      const stored of readBatches(
        engine,
        table.plan,
        table.columns.map(({ index }) => index),
        bounds,
        table.where,
      )
    ) {
      for (const place of loose) {
        if (stored.some(({ cells }) => cells[place] instanceof Uint8Array)) throw damagedCell();
      }
      // The arrays are the rows' own (see `readBatches`), and contain no bytes.
      const batch = stored as readonly OutRow[];
      for (const { place, mask } of masks) {
        for (const { cells } of batch) cells[place] = maskedCell(mask, secret, cells[place] ?? null);
      }
      if (onRow !== null) batch.forEach((row) => onRow(row));
      yield batch;
    }
  } catch (cause) {
    throw table.where === null || cause instanceof AnvilSqliteError ? cause : badWhere(cause);
  }
}

function damagedCell(): AnvilSqliteError {
  return new AnvilSqliteError("A cell of the backup holds bytes, which no cell of an app does", {
    code: "damaged",
    hint: "Run 'verify' on the file, and use another backup.",
  });
}

/** The archive's marks on single cells: by row, the places of the columns, and whether the value is absent. */
type Marks = ReadonlyMap<string, readonly { readonly place: number; readonly absent: boolean }[]>;

function marksOf({ archive: { engine } }: ExportContent, { plan, columns }: OutTable): Marks | null {
  const marks = new Map<string, { place: number; absent: boolean }[]>();
  const add = (cells: ReturnType<typeof absentCells>, absent: boolean) => {
    for (const { table, row, column } of cells) {
      if (table !== plan.tableId) continue;
      const place = columns.findIndex(({ plan: { column: { name } }, mask }) => name === column && mask === null);
      if (place < 0) continue;
      const list = marks.get(row) ?? [];
      list.push({ place, absent });
      marks.set(row, list);
    }
  };
  add(absentCells(engine), true);
  add(oddCells(engine), false);
  return marks.size === 0 ? null : marks;
}

function mark(
  { shortfalls }: ExportJob,
  { plan, columns }: OutTable,
  marks: Marks,
  { row, cells }: OutRow,
  tells: boolean,
): void {
  for (const { place, absent } of marks.get(String(row)) ?? []) {
    const [table, column] = [plan.table.name, columns[place]?.plan.column.name ?? ""];
    const id = rowIdText(plan.tableId, String(row));
    // Files of early versions have a text in place of an absent value.
    if (absent) cells[place] = null;
    if (!tells) continue;
    if (absent) shortfalls.add("absent", table, column, id);
    else if (cells[place] === null) shortfalls.add("odd-value", table, column, id);
    else {shortfalls.note(
        `Column '${column}' of table '${table}' has values that do not fit its type: they are JSON text`,
      );}
  }
}

/** The error of an SQL expression that SQLite refuses. */
export function badWhere(cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(
    `SQLite cannot follow --where: ${cause instanceof Error ? cause.message : String(cause)}`,
    { code: "bad-where", hint: 'It is an SQL expression on the table\'s columns, such as "total > 1000".', cause },
  );
}
