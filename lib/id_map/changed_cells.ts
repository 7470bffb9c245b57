/**
 * Changes cells of an id map that are planned already, and the checksum of each with it. It does not judge the new
 * values.
 */
import { integerOf, type SqlValue } from "../sqlite/sql_value.ts";
import { CELL_FACTS, cellSum } from "./cell_tables.ts";
import { damagedIdMap } from "./damaged_id_map.ts";
import type { MapStatements } from "./map_statements.ts";

/** The new content of a cell; missing members stay. */
interface NewFacts {
  readonly why?: string;
  readonly was?: string | null;
  readonly want?: string | null;
  readonly wrote?: string | null;
  readonly state?: string;
  readonly cell_group?: bigint | null;
}

/** Most cells that are changed at once. */
const AT_ONCE = 500;

/**
 * Changes cells by their ids. In the caller's transaction.
 * @throws {AnvilSqliteError} `damaged-id-map` when a cell does not fit its checksum
 */
export function changeCells(sql: MapStatements, changes: ReadonlyMap<bigint, NewFacts>): void {
  const ids = [...changes.keys()];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const select = `SELECT id, checksum, ${
      CELL_FACTS.join(", ")
    } FROM map_cells WHERE id IN (SELECT value FROM json_each(?1))`;
    for (const [id = null, checksum, ...facts] of sql.rows(select, `[${some.join()}]`)) {
      if (integerOf(checksum) !== cellSum(facts)) throw damagedIdMap(sql.engine.path);
      const change = changes.get(integerOf(id) ?? -1n) ?? {};
      write(
        sql,
        id,
        CELL_FACTS.map((fact, at) => fact in change ? change[fact as keyof NewFacts] ?? null : facts[at] ?? null),
      );
    }
  }
}

/** Opens all cells of a group again. In the caller's transaction. */
export function reopenCells(sql: MapStatements, group: bigint): void {
  const rows = sql.rows("SELECT id FROM map_cells WHERE cell_group = ?1", group);
  const open = { state: "open", cell_group: null } as const;
  changeCells(sql, new Map(rows.map(([id]) => [integerOf(id) ?? -1n, open])));
}

function write(sql: MapStatements, id: SqlValue, facts: readonly SqlValue[]): void {
  const [, , , , why = null, was = null, want = null, wrote = null, state = null, group = null] = facts;
  sql.run(
    `UPDATE map_cells SET why = ?2, was = ?3, want = ?4, wrote = ?5, state = ?6, cell_group = ?7, checksum = ?8
     WHERE id = ?1`,
    id,
    why,
    was,
    want,
    wrote,
    state,
    group,
    cellSum(facts),
  );
}
