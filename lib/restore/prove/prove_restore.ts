/**
 * The proof of a restore. Every row that was written is read back and compared with the archive by the rules of
 * digests: links through the id map, media by the hash of their bytes. It writes nothing.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { MappedPair } from "../../id_map/map_rows.ts";
import { MediaReader } from "../../archive/media/media_reader.ts";
import { type PageRow, tableReader } from "../../tables/read/table_reader.ts";
import { compareRowIds, type RowId, rowIdText } from "../../value/row_id.ts";
import type { AppLink } from "../job/app_link.ts";
import { FileCells } from "../job/file_cells.ts";
import { DifferenceList, type Proof } from "./difference_list.ts";
import { MediaProof } from "./media_proof.ts";
import { patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { proveCells } from "./prove_cells.ts";
import { RowComparer } from "./row_comparer.ts";
import { scanLive } from "../../tables/read/scan_live.ts";
import type { TableJob } from "../job/table_job.ts";

/**
 * Reads back and compares.
 * @throws {AnvilSqliteError} as a call does: the caller then opens the connection again and proves everything again
 */
export async function proveRestore(options: RestoreOptions, link: AppLink, idMap: IdMap): Promise<Proof> {
  const list = new DifferenceList();
  using stored = new MediaReader(options.archive.engine);
  const cells = new FileCells(options.archive, stored, options.mask, options.media);
  const media = new MediaProof(link.connection, patienceOf(options), list);
  try {
    for (const job of link.jobs) {
      options.progress.report({ type: "checking", what: `table ${job.name} in the app` });
      await proveTable(options, link, idMap, job, { cells, stored, media, list });
    }
    await proveCells(options, link, idMap, list);
    options.progress.report({ type: "checking", what: "media in the app" });
    await media.settleTo(0);
  } finally {
    await media.stop();
  }
  return list.proof();
}

interface Tools {
  readonly cells: FileCells;
  readonly stored: MediaReader;
  readonly media: MediaProof;
  readonly list: DifferenceList;
}

async function proveTable(
  options: RestoreOptions,
  { connection }: AppLink,
  idMap: IdMap,
  job: TableJob,
  { cells, stored, media, list }: Tools,
): Promise<void> {
  const table = job.plan.tableId;
  // A table that was empty holds only what was restored; in others only restored rows are compared.
  const isWhole = options.mode === "empty" || options.mode === "replace";
  const bounds = idMap.rows.writtenBounds(table);
  if (bounds === null && !isWhole) return;
  const after = isWhole || bounds === null ? null : before(bounds.first);
  const columns = [...job.data.filter((column) => options.media || column.column.kind !== "media"), ...job.links];
  const reader = tableReader(job.live, columns.map(({ live }) => live));
  using comparer = new RowComparer({ options, cells, idMap, stored, media, list }, job, columns);
  const pairs = pairsOf(idMap, table, after ?? "0");
  let pair = pairs.next().value ?? null;
  const take = (row: PageRow) => {
    while (pair !== null && compareRowIds(pair.fresh, row.id) < 0) {
      missing(list, job, pair);
      pair = pairs.next().value ?? null;
    }
    if (pair === null || pair.fresh !== row.id) {
      if (isWhole) stray(list, job, row.id);
      return;
    }
    if (pair.action !== "keep") comparer.compare(pair, row);
    pair = pairs.next().value ?? null;
  };
  for await (const page of scanLive(connection, patienceOf(options), reader, after)) {
    for (const row of page.rows) take(row);
    await media.settleTo(MEDIA_WAITING);
    const last = page.rows.at(-1);
    if (!isWhole && bounds !== null && last !== undefined && compareRowIds(last.id, bounds.last) >= 0) break;
  }
  for (; pair !== null; pair = pairs.next().value ?? null) missing(list, job, pair);
}

/** Number of waiting media at which the reading of rows pauses. */
const MEDIA_WAITING = 500;
/** Pairs that are read at once. */
const PAIRS = 1_000;

function* pairsOf(idMap: IdMap, table: number, after: RowId): Generator<MappedPair, void> {
  for (let from = after;;) {
    const pairs = idMap.rows.pairs(table, from, PAIRS);
    yield* pairs;
    const last = pairs.at(-1);
    if (last === undefined || pairs.length < PAIRS) return;
    from = last.fresh;
  }
}

function before(row: RowId): RowId {
  return (BigInt(row) - 1n).toString();
}

function missing(list: DifferenceList, job: TableJob, { old, fresh, action }: MappedPair): void {
  if (action === "keep") return;
  const row = rowIdText(job.plan.tableId, old);
  const now = rowIdText(job.live.id, fresh);
  list.add({ table: job.name, row, message: `Row ${row} of table '${job.name}', now ${now}, is not in the app` });
}

function stray(list: DifferenceList, job: TableJob, row: RowId): void {
  const now = rowIdText(job.live.id, row);
  const message = `Row ${now} of table '${job.name}' in the app did not come from this restore`;
  list.add({ table: job.name, row: null, message });
}
