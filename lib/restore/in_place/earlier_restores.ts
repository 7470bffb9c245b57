/**
 * What earlier restores of an app have brought back: which new ids each row of a file got. So a row that is back
 * already is not inserted again. Plain state, filled from their id maps.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { RowId } from "../../value/row_id.ts";

/** Rows that came back under other ids. */
export class EarlierRestores {
  /** By table and old id: the new ids, the latest last. */
  readonly #came = new Map<number, Map<RowId, RowId[]>>();
  /** By table and new id: the old id. */
  readonly #from = new Map<number, Map<RowId, RowId>>();

  /** Takes in the map of one restore; call it for earlier restores first. */
  learn(idMap: IdMap): void {
    for (const { id } of idMap.plan.tables()) {
      for (let after: RowId = "0";;) {
        const pairs = idMap.rows.insertedPairs(id, after, PAIRS);
        for (const { old, fresh } of pairs) this.#add(id, old, fresh);
        const last = pairs.at(-1);
        if (last === undefined) break;
        after = last.fresh;
      }
    }
  }

  #add(table: number, old: RowId, fresh: RowId): void {
    const came = this.#came.get(table) ?? new Map<RowId, RowId[]>();
    this.#came.set(table, came);
    came.set(old, [...came.get(old) ?? [], fresh]);
    const from = this.#from.get(table) ?? new Map<RowId, RowId>();
    this.#from.set(table, from);
    from.set(fresh, old);
  }

  /** Ids under which a row of a file may exist now: its own first, then the latest. */
  idsOf(table: number, old: RowId): readonly RowId[] {
    const came = this.#came.get(table)?.get(old);
    if (came === undefined) return [old];
    const later = came.toReversed().flatMap((fresh) => {
      const [own = fresh, ...others] = this.idsOf(table, fresh);
      return [...others, own];
    });
    return [old, ...later];
  }

  /** All rows of files that a row of the app may have come from, the nearest first; its own id is not among them. */
  standsFor(table: number, row: RowId): readonly RowId[] {
    const own = this.#from.get(table);
    const found: RowId[] = [];
    for (let old = own?.get(row); old !== undefined && !found.includes(old); old = own?.get(old)) found.push(old);
    return found;
  }

  /** Whether it knows of any row of a table. */
  knows(table: number): boolean {
    return this.#came.has(table);
  }
}

/** Pairs read at once. */
const PAIRS = 1_000;
