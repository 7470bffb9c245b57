/**
 * How two archives differ: tables and columns first, then row by row. Tables of equal digest and schema are not read.
 * It only reads, and holds one row of each in memory.
 */
import type { Catalogue } from "../../archive/catalogue/catalogue.ts";
import type { ReturnedRows } from "../../id_map/read_id_map.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { linkTranslator, returnedPairs } from "./came_back.ts";
import { comparedSide } from "./compared_cells.ts";
import { type RowChange, rowChanges, type RowFate } from "./row_changes.ts";
import { pairTables, type SchemaChange, type TablePair } from "./table_pairs.ts";

/** One archive of a comparison. */
export interface DiffSide {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
}

/** What is compared, and how. */
interface DiffOptions {
  /** Whether bytes of media are compared; their names and types always are. */
  readonly media: boolean;
  /** Whether equal digests in the catalogues prove equal rows; not for a file whose digests were not checked. */
  readonly trustDigests: boolean;
  /** Python names; all tables if empty. */
  readonly tables: readonly string[];
  /** Rows that came back, by id maps. */
  readonly returned: readonly ReturnedRows[];
  /** Called before each table; it may throw to stop. */
  readonly onTable?: (name: string) => void;
}

/** Rows of one table in numbers. */
export interface TableTotals extends Readonly<Record<RowFate, number>> {
  readonly kind: "table";
  readonly table: string;
}

/**
 * The results of a comparison, in order: the schema, then for each table its rows, and its numbers if any rows differ.
 */
export type ArchiveDifference = SchemaChange | RowChange | TableTotals;

/** Compares an earlier archive with a later one. */
export function* compareArchives(a: DiffSide, b: DiffSide, options: DiffOptions): Iterable<ArchiveDifference> {
  const wanted = (table: string) => options.tables.length === 0 || options.tables.includes(table);
  const { pairs, changes } = pairTables(a.catalogue, b.catalogue);
  yield* changes.filter(({ table }) => wanted(table));
  const returned = returnedPairs(a.engine, b.engine, pairs, options.returned);
  const translate = linkTranslator(returned);
  using earlier = comparedSide(a.engine, options, translate);
  using later = comparedSide(b.engine, options, null);
  const sides = { a: { engine: a.engine, side: earlier }, b: { engine: b.engine, side: later } };
  for (const pair of pairs) {
    if (!wanted(pair.name) || (options.trustDigests && translate === null && isEqual(pair, changes))) continue;
    options.onTable?.(pair.name);
    const counts = { added: 0, deleted: 0, changed: 0, returned: 0 };
    for (const change of rowChanges(sides, pair, returned.get(pair) ?? { later: new Map(), earlier: new Map() })) {
      counts[change.change]++;
      yield change;
    }
    if (Object.values(counts).some((count) => count > 0)) yield { kind: "table", table: pair.name, ...counts };
  }
}

/** Digests include the names of columns, so they cannot be compared if the schema of a table differs. */
function isEqual({ a, b, name }: TablePair, changes: readonly SchemaChange[]): boolean {
  return a.digest !== null && a.digest === b.digest && !changes.some(({ table }) => table === name);
}

/** Whether it really is a difference: a table that was not compared may be the same. */
export function isDifferent({ kind }: ArchiveDifference): boolean {
  return kind !== "not-compared";
}
