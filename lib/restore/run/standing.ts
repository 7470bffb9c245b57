/**
 * What a restore has done in the app so far, in a sentence, from its id map alone.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { countOf } from "../../ui/text/count.ts";

/** The sentence about what is in the app. */
export function standingText(idMap: IdMap): string {
  if (!idMap.groups.hasWritten()) return "Nothing was written to the app.";
  const parts = idMap.plan.tables().flatMap(({ id, name, empties }): readonly string[] => {
    const { inserts, updates, inserted, updated } = idMap.rows.progress(id);
    const total = inserts + updates;
    const emptied = empties && !idMap.groups.needsEmptying(id) ? ", emptied before" : "";
    return total === 0 && emptied === ""
      ? []
      : [`'${name}' ${inserted + updated} of ${countOf(total, "row")}${emptied}`];
  });
  const last = idMap.groups.unresolved().some(({ closingAt }) => closingAt !== null)
    ? " (whether the last group of them was committed is found out when it goes on)"
    : "";
  return `In the app now: ${parts.join("; ")}${last}.`;
}
