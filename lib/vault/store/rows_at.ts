/**
 * The rows of a table as they were at a snapshot, by ascending number: the living row if it is as old as that,
 * otherwise the version in the history. Rows come a batch at a time, so that memory stays small. It only reads.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { RowBatches } from "../../sqlite/row_batches.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { inMask } from "../layout/change_mask.ts";
import { historyTable, liveTable, type StoredColumn, storedKind, storedName } from "../layout/row_tables.ts";

/** A row; its array of cells belongs to the caller. */
interface RowAt {
  readonly row: bigint;
  readonly cells: SqlValue[];
}

/** The history of a row after the snapshot. */
interface PastRow {
  readonly row: bigint;
  /** By ascending snapshot. */
  readonly lines: readonly PastLine[];
}

interface PastLine {
  readonly from: number;
  /** Places of the cells that it holds, among the wanted ones; null for a whole row. */
  readonly places: readonly number[] | null;
  readonly cells: SqlValue[];
}

const BATCH = 500;
const LOWEST = -(2n ** 63n);
/** Most masks that are kept in memory. */
const MASKS = 1_000;

/** Rows of a snapshot, with a cell for each wanted column. */
export function* rowsAt(
  engine: Engine,
  table: number,
  columns: readonly StoredColumn[],
  snapshot: number,
): Generator<RowAt, void> {
  using live = new RowBatches(engine, {
    columns: [...selected(columns), plain("_anvil_from"), plain("_anvil_row")],
    table: liveTable(table),
    key: "_anvil_row",
    keyAt: columns.length + 1,
    batch: BATCH,
  });
  const past = pastRows(engine, table, columns, snapshot);
  try {
    let old = past.next();
    for (let rows = live.next(); rows.length > 0; rows = live.next()) {
      for (const cells of rows) {
        const row = cells.pop() as bigint;
        const from = Number(cells.pop());
        for (; !old.done && old.value.row < row; old = past.next()) {
          yield* versionAt(old.value, null, snapshot);
        }
        const hasPast = !old.done && old.value.row === row;
        if (from <= snapshot) yield { row, cells };
        else if (!old.done && hasPast) yield* versionAt(old.value, cells, snapshot);
        if (hasPast) old = past.next();
      }
    }
    for (; !old.done; old = past.next()) yield* versionAt(old.value, null, snapshot);
  } finally {
    past.return();
  }
}

function selected(columns: readonly StoredColumn[]) {
  return columns.map(({ number, type }) => ({ sql: storedName(number), kind: storedKind(type) }));
}

function plain(sql: string) {
  return { sql, kind: "plain" } as const;
}

/**
 * Lines of history that ended after a snapshot. A line with the same cells as an older one does not matter for the
 * snapshot.
 */
function* pastRows(
  engine: Engine,
  table: number,
  columns: readonly StoredColumn[],
  snapshot: number,
): Generator<PastRow, void> {
  const history = historyTable(table);
  const statement = engine.select(
    // As digits: there are few different masks, and a text costs a tenth of an array of bytes.
    [
      ...selected(columns),
      plain("hex(_anvil_mask)"),
      plain("_anvil_mask IS NULL"),
      plain("_anvil_from"),
      plain("_anvil_row"),
    ],
    `FROM ${history} AS line
    WHERE (_anvil_row, _anvil_from) > (?1, ?2) AND _anvil_until > ?3 AND NOT EXISTS (
      SELECT 1 FROM ${history} AS older
      WHERE older._anvil_row = line._anvil_row AND older._anvil_from < line._anvil_from AND older._anvil_until > ?3
        AND older._anvil_mask IS line._anvil_mask)
    ORDER BY _anvil_row, _anvil_from LIMIT ${BATCH}`,
  );
  const known = new Map<string, readonly number[]>();
  const placesOf = (mask: string) => {
    const places = known.get(mask) ?? placesIn(Uint8Array.fromHex(mask), columns);
    if (known.size >= MASKS) known.clear();
    known.set(mask, places);
    return places;
  };
  try {
    let row = LOWEST;
    let lines: PastLine[] = [];
    for (let from = LOWEST;;) {
      const batch = statement.rows([row, from, BigInt(snapshot)]);
      for (const cells of batch) {
        const next = cells.pop() as bigint;
        if (next !== row && lines.length > 0) {
          yield { row, lines };
          lines = [];
        }
        row = next;
        from = cells.pop() as bigint;
        const isWhole = cells.pop() === 1n;
        const mask = String(cells.pop());
        lines.push({ from: Number(from), places: isWhole ? null : placesOf(mask), cells });
      }
      if (batch.length < BATCH) break;
    }
    if (lines.length > 0) yield { row, lines };
  } finally {
    statement.finalize();
  }
}

function placesIn(mask: Uint8Array, columns: readonly StoredColumn[]): readonly number[] {
  return columns.flatMap(({ number }, at) => inMask(mask, number) ? [at] : []);
}

/**
 * The row at a snapshot, if it existed. From the newest version backwards, each line has the old values of its cells.
 */
function* versionAt(
  { row, lines }: PastRow,
  living: SqlValue[] | null,
  snapshot: number,
): Iterable<RowAt> {
  if ((lines[0]?.from ?? Infinity) > snapshot) return;
  let version = living;
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    if (line === undefined) continue;
    const { places, cells } = line;
    if (places === null || version === null) version = cells;
    else for (const at of places) version[at] = cells[at] ?? null;
  }
  if (version !== null) yield { row, cells: version };
}
