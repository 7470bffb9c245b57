/**
 * What changed between two snapshots, in a line for people.
 */
import type { SnapshotChanges } from "../../source/snapshot.ts";

/** Tables that a line names. */
const NAMED = 3;

/** A few words on what changed; they also say when this is not known, or when it is the first snapshot. */
export function changesText(changes: SnapshotChanges | null): string {
  if (changes === null) return "the first";
  const tables = Object.entries(changes);
  if (tables.length === 0) return "nothing changed";
  const shown = tables.slice(0, NAMED).map(([name, { added, changed, removed }]) => {
    const parts = [
      ...(added > 0 ? [`${added} new`] : []),
      ...(changed > 0 ? [`${changed} changed`] : []),
      ...(removed > 0 ? [`${removed} gone`] : []),
    ];
    return `${name}: ${parts.join(", ")}`;
  });
  const more = tables.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more ${more === 1 ? "table" : "tables"}`] : [])].join("; ");
}
