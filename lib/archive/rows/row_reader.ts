/**
 * Reads rows of a data table by ascending row id, a batch at a time, so that memory stays small. It only reads.
 */
import { condition } from "./row_condition.ts";
import { plainColumn, selectedCell } from "./selected_cell.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { type RowId, rowIdText, type RowNumber, rowNumberIn } from "../../value/row_id.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { selectInParts } from "./select_in_parts.ts";
import { rowidAlias } from "./rowid_alias.ts";

/** One row as stored; its cells are in the order asked for. */
export class StoredRow {
  /** @param rowid SQLite's own number of the row */
  constructor(readonly row: RowNumber, readonly cells: SqlValue[], readonly rowid: bigint) {}

  /** Made only when it is asked for: a digest of millions of rows needs only the number. */
  get id(): RowId {
    return this.row.toString();
  }
}

const BATCH_ROWS = 500;
const LEAST_ROWID = -(2n ** 63n);
const GREATEST_ROWID = 2n ** 63n - 1n;

/** Which rows: all, or those with ids from `from` to `until`, both included. */
export interface RowBounds {
  readonly from: RowId;
  readonly until: RowId;
}

/**
 * Rows of a table by ascending rowid, which is Anvil's numeric row id. (`VACUUM` may renumber it and keeps the order:
 * bounds then go by the id in the row's own text.)
 * @param columns indexes into the plan's columns: which cells, in which order
 * @param where a user's SQL expression, true for the wanted rows; see `row_condition.ts`
 */
export function* readRows(
  engine: Engine,
  plan: TableLayout,
  columns: readonly number[],
  bounds: RowBounds | null = null,
  where: string | null = null,
): Iterable<StoredRow> {
  for (const batch of readBatches(engine, plan, columns, bounds, where)) {
    for (const row of batch) yield row;
  }
}

/**
 * The same rows, in the batches in which SQLite returns them: for millions of rows, one generator step each would cost
 * a tenth of the reading.
 */
export function* readBatches(
  engine: Engine,
  plan: TableLayout,
  columns: readonly number[],
  bounds: RowBounds | null = null,
  where: string | null = null,
): Iterable<readonly StoredRow[]> {
  const rowid = rowidAlias(plan);
  const selected = columns.map((index) => {
    const column = plan.columns[index];
    if (column === undefined) throw new RangeError(`Column ${index} of '${plan.sqlName}'`);
    return selectedCell(column);
  });
  const rowOf = rowIdReader(plan);
  const statement = selectInParts(
    engine,
    [...selected, plainColumn(quoteName(plan.rowIdSqlName)), plainColumn(rowid)],
    `FROM ${quoteName(plan.sqlName)} WHERE ${rowid} > ?1 AND ${rowid} <= ?2 ${
      where === null ? "" : `AND ${condition(where)} `
    }ORDER BY ${rowid} LIMIT ${BATCH_ROWS}`,
  );
  const within = bounds === null ? null : { from: BigInt(bounds.from), until: BigInt(bounds.until) };
  const byText = within !== null && !keepsRowIds(engine, plan) ? within : null;
  const byRowid = byText === null ? within : null;
  try {
    let after = byRowid === null ? LEAST_ROWID : byRowid.from - 1n;
    const until = byRowid === null ? GREATEST_ROWID : byRowid.until;
    for (;;) {
      const rows = statement.rows([after, until]);
      const batch: StoredRow[] = [];
      for (const cells of rows) {
        // The id is removed from the row's own array, which then holds its cells: a copy would cost as much as reading
        // two cells.
        after = integerOf(cells.pop()) ?? after;
        batch.push(new StoredRow(rowOf(cells.pop()), cells, after));
      }
      yield byText === null ? batch : batch.filter(({ row }) => row >= byText.from && row <= byText.until);
      if (rows.length < BATCH_ROWS || byText !== null && (batch.at(-1)?.row ?? 0) > byText.until) return;
    }
  } finally {
    statement.finalize();
  }
}

/** Reads the numeric row id from a row's own text; 0, which no row has, if the text names no row of this table. */
function rowIdReader(plan: TableLayout): (text: SqlValue | undefined) => RowNumber {
  const start = `[${plan.tableId},`;
  return (text) => {
    if (typeof text !== "string" || !text.startsWith(start) || !text.endsWith("]")) return 0;
    return rowNumberIn(text, start.length, text.length - 1) ?? 0;
  };
}

/**
 * Whether SQLite's row ids are still Anvil's. VACUUM numbers rows anew from 1, in their order, so the last row shows
 * it. Source: sqlite.org/lang_vacuum.html.
 */
export function keepsRowIds(engine: Engine, plan: TableLayout): boolean {
  const rowid = rowidAlias(plan);
  const [row] = engine.query(`
    SELECT ${rowid}, ${quoteName(plan.rowIdSqlName)} FROM ${quoteName(plan.sqlName)} ORDER BY ${rowid} DESC LIMIT 1`);
  return row === undefined || row[1] === rowIdText(plan.tableId, String(row[0]));
}

/** How many rows a data table holds. */
export function countStored(engine: Engine, plan: TableLayout): number {
  const [row] = engine.query(`SELECT count(*) FROM ${quoteName(plan.sqlName)}`);
  return Number(row?.[0] ?? 0);
}

/** SQLite's lowest and highest row id in a data table, or null when it is empty. */
export function idRange(engine: Engine, plan: TableLayout): RowBounds | null {
  const rowid = rowidAlias(plan);
  // In two queries: SQLite looks each up at its end of the table, but would read the whole table for both at once.
  const end = (which: string) => `(SELECT ${which}(${rowid}) FROM ${quoteName(plan.sqlName)})`;
  const [row] = engine.query(`SELECT ${end("min")}, ${end("max")}`);
  const [from, until] = [integerOf(row?.[0]), integerOf(row?.[1])];
  return from === null || until === null ? null : { from: from.toString(), until: until.toString() };
}

/** The highest row id in a data table, or null when it is empty. */
export function highestRow(engine: Engine, plan: TableLayout): RowId | null {
  const [row] = engine.query(`SELECT max(${rowidAlias(plan)}) FROM ${quoteName(plan.sqlName)}`);
  return integerOf(row?.[0])?.toString() ?? null;
}
