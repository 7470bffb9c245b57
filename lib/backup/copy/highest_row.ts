/**
 * Finds where a table's row ids end, with many one-row probes in flight. It reports each estimate as it comes, so that
 * ranges can be cut evenly from the first round trip on. It reads no cells.
 */
import type { Connection } from "../../uplink/connection.ts";
import { BLOCK_IDS } from "../../archive/digest/table_digest.ts";
import { readPage } from "../../tables/read/page.ts";
import { type TableReader, tableReader } from "../../tables/read/table_reader.ts";
import type { RowId } from "../../value/row_id.ts";

/** Probes of each later round; each round narrows the answer by this factor. */
const PROBES = 16;
const POWERS = Array.from({ length: 62 }, (_, power) => 2n ** BigInt(power));

/**
 * Looks for a table's highest row id until it is known to within a block of the digest.
 * @param atOnce probes in flight; with 32, ids up to 2^31 need one round at first, which asks for powers of two
 * @param estimated receives ids of existing rows, each closer to the highest than the one before; no call for an empty
 * table
 */
export async function findHighestRow(
  connection: Connection,
  stack: string,
  reader: TableReader,
  atOnce: number,
  estimated: (id: RowId) => void,
  patient: <T>(call: () => Promise<T>) => Promise<T> = (call) => call(),
): Promise<void> {
  const bare = tableReader(reader.table, []);
  const idAbove = async (after: bigint): Promise<bigint | null> => {
    const { rows } = await patient(() => readPage(connection, stack, bare, { after: after.toString(), rows: 1 }));
    return rows[0] === undefined ? null : BigInt(rows[0].id);
  };
  let { low, high } = await narrow(POWERS, atOnce, idAbove);
  while (low !== null) {
    estimated(low.toString());
    if (high === null || high - low <= BigInt(BLOCK_IDS)) return;
    const step = (high - low) / BigInt(PROBES);
    const from = low;
    const points = Array.from({ length: PROBES }, (_, i) => from + BigInt(i + 1) * step);
    const found = await narrow(points, Math.min(PROBES, atOnce), idAbove);
    low = found.low ?? low;
    high = found.high ?? high;
  }
}

/** Given ascending points: the highest id found above one of them, and the first point with no row above it. */
async function narrow(
  points: readonly bigint[],
  atOnce: number,
  idAbove: (after: bigint) => Promise<bigint | null>,
): Promise<{ readonly low: bigint | null; readonly high: bigint | null }> {
  let low: bigint | null = null;
  for (let from = 0; from < points.length; from += atOnce) {
    const batch = points.slice(from, from + atOnce);
    const found = await Promise.all(batch.map(idAbove));
    const end = found.indexOf(null);
    low = (end === -1 ? found.at(-1) : found[end - 1]) ?? low;
    if (end !== -1) return { low, high: batch[end] ?? null };
  }
  return { low, high: null };
}
