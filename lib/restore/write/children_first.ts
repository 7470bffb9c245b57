/**
 * The order in which tables are emptied or lose rows. Tables that link come before the tables that they link to, since
 * a link may forbid the deletion of its target. When links form a circle, there is no such order. Pure.
 */
import { type UsableTable, usableTable } from "../in_place/live_tables.ts";
import type { Target } from "../job/target.ts";

/** Tables of the app by their ids, children first. */
export function childrenFirst(target: Target, ids: readonly number[]): readonly UsableTable[] {
  const tables = new Map(ids.flatMap((id) => {
    const table = usableTable(target, id);
    return table === null ? [] : [[id, table] as const];
  }));
  const ordered: UsableTable[] = [];
  const seen = new Set<number>();
  const visit = (id: number) => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const [child, { columns }] of tables) if (columns.some(({ targetId }) => targetId === id)) visit(child);
    const table = tables.get(id);
    if (table !== undefined) ordered.push(table);
  };
  for (const id of tables.keys()) visit(id);
  return ordered;
}
