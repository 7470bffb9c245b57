/**
 * Finds about where a table's row ids end, with many one-row probes in flight, so that ranges can be cut evenly.
 * An estimate is enough: the last range of a table has no end.
 */
import type { Connection } from "../uplink/connection.ts";
import { readPage, type TableReader, tableReader } from "../tables/page.ts";
import type { RowId } from "../value/row_id.ts";

/** Probes in flight at once. */
const PROBES = 16;
/** Rounds after the first; each narrows the answer by {@link PROBES}. */
const ROUNDS = 2;
const POWERS = Array.from({ length: 62 }, (_, power) => 2n ** BigInt(power));

/** An id near a table's highest, never below half of it; null for an empty table. */
export async function highestRowNear(
  connection: Connection,
  stack: string,
  reader: TableReader,
): Promise<RowId | null> {
  const bare = tableReader(reader.table, []);
  const idAbove = async (after: bigint): Promise<bigint | null> => {
    const { rows } = await readPage(connection, stack, bare, { after: after.toString(), rows: 1 });
    return rows[0] === undefined ? null : BigInt(rows[0].id);
  };
  let [low, high] = await narrow(POWERS, idAbove);
  if (low === null) return null;
  for (let round = 0; round < ROUNDS && high !== null && high - low > BigInt(PROBES); round++) {
    const step = (high - low) / BigInt(PROBES);
    const from = low;
    const points = Array.from({ length: PROBES }, (_, i) => from + BigInt(i) * step);
    const [found, above]: readonly [bigint | null, bigint | null] = await narrow(points, idAbove);
    low = found ?? low;
    high = above ?? high;
  }
  return low.toString();
}

/** Of ascending points: the highest id found above one of them, and the first point with nothing above it. */
async function narrow(
  points: readonly bigint[],
  idAbove: (after: bigint) => Promise<bigint | null>,
): Promise<readonly [bigint | null, bigint | null]> {
  const found: (bigint | null)[] = [];
  for (let from = 0; from < points.length; from += PROBES) {
    const batch = await Promise.all(points.slice(from, from + PROBES).map(idAbove));
    found.push(...batch);
    if (batch.includes(null)) break;
  }
  const ends = found.indexOf(null);
  const last = ends === -1 ? found.at(-1) : found[ends - 1];
  return [last ?? null, ends === -1 ? null : points[ends] ?? null];
}
