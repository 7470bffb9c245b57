/**
 * Groups the snapshots of a place by app and environment. Pure.
 */
import { groupKey, groupName, inOrder, type SourceSnapshot } from "./snapshot.ts";

/** The snapshots of one app and environment. */
export interface SnapshotGroup {
  /** Its name in messages: `bookshop (Published)`. */
  readonly name: string;
  readonly app: SourceSnapshot["app"];
  /** The oldest first; at least one. */
  readonly snapshots: readonly SourceSnapshot[];
}

/** Groups in the order of their names. */
export function snapshotGroups(snapshots: readonly SourceSnapshot[]): readonly SnapshotGroup[] {
  const groups = [...Map.groupBy(inOrder(snapshots), ({ app }) => groupKey(app)).values()];
  return groups.flatMap((group): readonly SnapshotGroup[] => {
    // The newest snapshot knows the app's current name.
    const newest = group.at(-1);
    return newest === undefined ? [] : [{ name: groupName(newest.app), app: newest.app, snapshots: group }];
  }).sort((a, b) => a.name < b.name ? -1 : 1);
}
