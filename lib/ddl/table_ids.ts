/**
 * Numeric ids of an archive's tables: Anvil's own. A table whose source has no id, or an id twice, gets one here: the
 * smallest number from 1 that no table of the schema has, counted in file order.
 */
import type { TableSchema } from "../schema/model/app_schema.ts";
import { shown, type Warn } from "../schema/model/warnings.ts";

/** An id for each table; all are different. */
export function tableIds(tables: readonly TableSchema[], warn: Warn): readonly number[] {
  const own = new Set(tables.map(({ id }) => id));
  const used = new Set<number>();
  let next = 1;
  return tables.map(({ id, name }) => {
    if (id !== null && !used.has(id)) {
      used.add(id);
      return id;
    }
    while (own.has(next)) next++;
    const given = next++;
    if (id !== null) {
      const message = `Table ${shown(name)} has the id ${id} of another table; it is given ${given}`;
      warn("duplicate-table-id", message, () => ({ table: name }));
    }
    return given;
  });
}
