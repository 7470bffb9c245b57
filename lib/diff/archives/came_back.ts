/**
 * Rows that are in both archives under two ids, by the id maps of restores: which row of the earlier archive is which
 * row of the later one. A map's entry is believed only if both files confirm it. It only reads.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { ReturnedRows } from "../../id_map/read_id_map.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import type { TablePair } from "./table_pairs.ts";

/** Pairs of rows in one table. */
export interface ReturnedPairs {
  /** Later row ids, by earlier ones. */
  readonly later: ReadonlyMap<RowId, RowId>;
  readonly earlier: ReadonlyMap<RowId, RowId>;
}

const NONE: ReturnedPairs = { later: new Map(), earlier: new Map() };

/** Pairs of rows by their table. */
type ReturnedByTable = ReadonlyMap<TablePair, ReturnedPairs>;

/** Finds out which pairs of the id maps are true for these two archives. */
export function returnedPairs(
  a: Engine,
  b: Engine,
  pairs: readonly TablePair[],
  maps: readonly ReturnedRows[],
): ReturnedByTable {
  return new Map(pairs.map((pair) => [pair, maps.length === 0 ? NONE : pairsOf(a, b, pair, maps)]));
}

function pairsOf(a: Engine, b: Engine, pair: TablePair, maps: readonly ReturnedRows[]): ReturnedPairs {
  const [before, after] = [pair.a.plan, pair.b.plan];
  const said = maps.flatMap(({ tables }) =>
    tables.filter(({ table, liveTable }) => table === before.tableId && liveTable === after.tableId)
  );
  if (said.length === 0) return NONE;
  const isOneTable = before.tableId === after.tableId;
  using inA = new RowTest(a, before);
  using inB = new RowTest(b, after);
  const later = new Map<RowId, RowId>();
  const earlier = new Map<RowId, RowId>();
  for (const { rows } of said) {
    for (const old of rows.keys()) {
      const fresh = lastOf(old, said.map((one) => one.rows), inB);
      if (fresh === null || earlier.has(fresh) || later.has(old) || !inA.has(old)) continue;
      // If both ids are of one table, a row that still exists has not come back under another id.
      if (isOneTable && (fresh === old || inB.has(old) || inA.has(fresh))) continue;
      later.set(old, fresh);
      earlier.set(fresh, old);
    }
  }
  return { later, earlier };
}

/** A row may have come back several times: this is the id that exists now. */
function lastOf(old: RowId, maps: readonly ReadonlyMap<RowId, RowId>[], inB: RowTest): RowId | null {
  const seen = new Set([old]);
  for (let ids = [old]; ids.length > 0;) {
    const next = ids.flatMap((id) => maps.flatMap((map) => map.get(id) ?? []));
    const there = next.find((id) => inB.has(id));
    if (there !== undefined) return there;
    ids = next.filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
  }
  return null;
}

/** Tests whether a row is in a table. */
class RowTest implements Disposable {
  readonly #table: number;
  readonly #statement;

  constructor(engine: Engine, { tableId, sqlName, rowIdSqlName }: TableLayout) {
    this.#table = tableId;
    this.#statement = engine.prepare(`SELECT 1 FROM ${quoteName(sqlName)} WHERE ${quoteName(rowIdSqlName)} = ?1`);
  }

  has(row: RowId): boolean {
    return this.#statement.rows([rowIdText(this.#table, row)]).length > 0;
  }

  [Symbol.dispose](): void {
    this.#statement.finalize();
  }
}

/**
 * Makes a function that turns an earlier archive's row id (as text) into the later one's; null when all ids are the
 * same in both.
 */
export function linkTranslator(returned: ReturnedByTable): ((text: string) => string) | null {
  const isPlain = [...returned].every(([{ a, b }, { later }]) => a.plan.tableId === b.plan.tableId && later.size === 0);
  if (isPlain) return null;
  const tables = new Map(
    [...returned].map(([pair, pairs]) => [pair.a.plan.tableId, { id: pair.b.plan.tableId, pairs }]),
  );
  return (text) => {
    const place = parseRowId(text);
    const table = place === null ? undefined : tables.get(place.table);
    if (place === null || table === undefined) return text;
    return rowIdText(table.id, table.pairs.later.get(place.row) ?? place.row);
  };
}
