/**
 * The versions of a row after some snapshots are forgotten. Versions that no kept snapshot has are deleted, and
 * neighbours that are now equal become one. Pure.
 */
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { RowVersion } from "../store/row_versions.ts";
import type { KeptNumbers } from "./kept_numbers.ts";

/** The versions that stay, newest first; their intervals begin and end at kept snapshots. */
export function mergeVersions(versions: readonly RowVersion[], kept: KeptNumbers): readonly RowVersion[] {
  const merged: RowVersion[] = [];
  for (const { from, until, cells } of versions) {
    const moved = { from: kept.next(from), until: until === Infinity ? Infinity : kept.next(until), cells };
    if (moved.from >= moved.until) continue;
    const newer = merged.at(-1);
    if (newer !== undefined && newer.from === moved.until && isSame(newer.cells, cells)) {
      merged[merged.length - 1] = { ...newer, from: moved.from };
    } else {
      merged.push(moved);
    }
  }
  return merged;
}

function isSame(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  return a.every((cell, at) => Object.is(cell, b[at]));
}
