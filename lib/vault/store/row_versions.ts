/**
 * The versions of a table's rows: the living row, and older ones put together from the cells in the history. Rows come
 * by ascending number, a batch at a time, so that memory stays small. It only reads.
 */
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { historyTable, liveTable, type StoredColumn, storedKind, storedName } from "../layout/row_tables.ts";
import { inMask } from "../layout/change_mask.ts";

/** One version of a row. */
export interface RowVersion {
  /** Number of the first snapshot that has it. */
  readonly from: number;
  /** Number of the first later snapshot without it; infinite for a living row. */
  readonly until: number;
  /** A cell for each wanted column. */
  readonly cells: readonly SqlValue[];
}

/** A row with its versions, newest first. */
export interface RowLife {
  readonly row: bigint;
  readonly versions: readonly RowVersion[];
}

const BATCH = 1_000;
const LOWEST = -(2n ** 63n);

/** Which rows and versions are read. */
interface VersionBounds {
  /** Versions that ended at or before this snapshot are left out. */
  readonly after: number;
  /** Only this row. */
  readonly row?: bigint;
}

/** Rows of a table with their versions. */
export function* rowLives(
  engine: Engine,
  table: number,
  columns: readonly StoredColumn[],
  { after, row }: VersionBounds,
): Iterable<RowLife> {
  const only = row === undefined ? "" : `AND _anvil_row = ${row}`;
  const plain = (sql: string) => ({ sql, kind: "plain" }) as const;
  const cells = columns.map(({ number, type }) => ({ sql: storedName(number), kind: storedKind(type) }));
  const live = engine.select(
    [...cells, plain("_anvil_from"), plain("_anvil_row")],
    `FROM ${liveTable(table)} WHERE _anvil_row > ?1 ${only} ORDER BY _anvil_row LIMIT ${BATCH}`,
  );
  const past = engine.select(
    [...cells, plain("_anvil_mask"), plain("_anvil_until"), plain("_anvil_from"), plain("_anvil_row")],
    `FROM ${historyTable(table)} WHERE (_anvil_row, _anvil_from) > (?1, ?2) ${only} AND _anvil_until > ?3
    ORDER BY _anvil_row, _anvil_from LIMIT ${BATCH}`,
  );
  try {
    const living = livingRows(live);
    const gone = oldLines(past, BigInt(after));
    let one = living.next();
    let line = gone.next();
    while (!one.done || !line.done) {
      const next = line.done || !one.done && one.value.row <= line.value.row ? one.value?.row : line.value.row;
      if (next === undefined) return;
      const versions: RowVersion[] = [];
      if (!one.done && one.value.row === next) {
        versions.push({ from: one.value.from, until: Infinity, cells: one.value.cells });
        one = living.next();
      }
      const lines: OldLine[] = [];
      for (; !line.done && line.value.row === next; line = gone.next()) lines.push(line.value);
      addOlder(versions, lines, columns);
      yield { row: next, versions };
    }
  } finally {
    live.finalize();
    past.finalize();
  }
}

interface LivingRow {
  readonly row: bigint;
  readonly from: number;
  readonly cells: readonly SqlValue[];
}

interface OldLine extends LivingRow {
  readonly until: number;
  readonly mask: Uint8Array | null;
}

function* livingRows(statement: Prepared): Generator<LivingRow, undefined> {
  for (let after = LOWEST;;) {
    const rows = statement.rows([after]);
    for (const cells of rows) {
      after = cells.pop() as bigint;
      const from = Number(cells.pop());
      yield { row: after, from, cells };
    }
    if (rows.length < BATCH) return;
  }
}

function* oldLines(statement: Prepared, snapshot: bigint): Generator<OldLine, undefined> {
  for (let [after, since] = [LOWEST, LOWEST];;) {
    const rows = statement.rows([after, since, snapshot]);
    for (const cells of rows) {
      after = cells.pop() as bigint;
      since = cells.pop() as bigint;
      const until = Number(cells.pop());
      const mask = cells.pop();
      yield { row: after, from: Number(since), until, mask: mask instanceof Uint8Array ? mask : null, cells };
    }
    if (rows.length < BATCH) return;
  }
}

/**
 * Adds older versions, newest first. A line holds the old values of the cells in its mask; all other cells are as in
 * the newer version.
 */
function addOlder(versions: RowVersion[], lines: readonly OldLine[], columns: readonly StoredColumn[]): void {
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    if (line === undefined) continue;
    const { from, until, mask } = line;
    const newer = versions.at(-1);
    if (mask === null || newer === undefined) {
      versions.push({ from, until, cells: line.cells });
      continue;
    }
    const cells = newer.cells.slice();
    for (let at = 0; at < columns.length; at++) {
      const number = columns[at]?.number ?? 0;
      if (inMask(mask, number)) cells[at] = line.cells[at] ?? null;
    }
    versions.push({ from, until, cells });
  }
}
