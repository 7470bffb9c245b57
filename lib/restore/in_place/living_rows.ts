/**
 * Which rows of a file exist in the app, under their own ids or under the ids that an earlier restore gave them. It
 * reads the app alone.
 */
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { ListedTable } from "../../tables/listing.ts";
import { readRowsById } from "../../tables/read/read_rows.ts";
import { type PageRow, tableReader } from "../../tables/read/table_reader.ts";
import { freshStack } from "../../tables/transaction.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";
import { patienceOf } from "../job/restore_options.ts";
import type { InPlace } from "./context.ts";

/** Rows that are asked for together. */
const ROWS = 1_000;

/** A row of a file that exists in the app. */
interface LivingRow {
  readonly old: RowId;
  readonly row: PageRow;
}

/** Rows of a file that exist in the app, with some of the app's cells; a batch at a time. */
export async function* livingRows(
  { options, target, earlier }: InPlace,
  live: ListedTable,
  columns: readonly ColumnSchema[],
  olds: Iterable<RowId>,
): AsyncGenerator<readonly LivingRow[], void> {
  const reader = tableReader(live, columns);
  for (const some of chunks(olds)) {
    options.signal.throwIfAborted();
    const ids = [...new Set(some.flatMap((old) => earlier.idsOf(live.id, old)))].sort(compareRowIds);
    const place = { connection: target.connection, stack: freshStack("rows") };
    const read = () => readRowsById(place, reader, ids);
    const found = await patiently(`reading rows of '${live.name}'`, read, patienceOf(options), PATIENCE.call);
    yield some.flatMap((old): readonly LivingRow[] => {
      const id = earlier.idsOf(live.id, old).find((candidate) => found.has(candidate));
      const row = id === undefined ? undefined : found.get(id);
      return row === undefined ? [] : [{ old, row }];
    });
  }
}

function* chunks(rows: Iterable<RowId>): Generator<readonly RowId[], void> {
  let chunk: RowId[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < ROWS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Remembers which rows exist, by table, so that each is asked for only once. */
export class LivingIds {
  readonly #context: InPlace;
  readonly #known = new Map<number, Map<RowId, RowId | null>>();

  constructor(context: InPlace) {
    this.#context = context;
  }

  /** Asks for rows that are not known yet. */
  async ask(table: number, olds: Iterable<RowId>): Promise<void> {
    const known = this.#known.get(table) ?? new Map<RowId, RowId | null>();
    this.#known.set(table, known);
    const asked = [...new Set(olds)].filter((old) => !known.has(old));
    for (const old of asked) known.set(old, null);
    const live = this.#context.target.listed.find(({ id }) => id === table);
    if (asked.length === 0 || live === undefined || live.capability === null) return;
    for await (const some of livingRows(this.#context, live, [], asked)) {
      for (const { old, row } of some) known.set(old, row.id);
    }
  }

  /** The id that a row has in the app; null if it is not there. */
  idOf(table: number, old: RowId): RowId | null {
    return this.#known.get(table)?.get(old) ?? null;
  }
}
