/**
 * Finds the snapshot from which an interrupted restore was made. The id map beside it names it, because a folder or a
 * vault may have a newer snapshot by now.
 */
import { chooseSnapshot, type ChosenSnapshot } from "../../source/choose_snapshot.ts";
import type { SourceContext } from "../../source/context.ts";
import { findSource, listPlace } from "../../source/find_source.ts";
import { inOrder } from "../../source/snapshot.ts";
import { interruptedMaps, mapsBeside, mapsOf } from "../../restore/run/map_folder.ts";

/**
 * The newest snapshot of a source from which a restore was begun; if there is none, the one that the source means.
 * @throws {AnvilSqliteError} as `chooseSnapshot`
 */
export async function interruptedSource(text: string, context: SourceContext): Promise<ChosenSnapshot> {
  const source = await findSource(text, context);
  if (source.when !== null || source.place.kind === "file") return await chooseSnapshot(text, context);
  const { snapshots } = await listPlace(source.place, context);
  for (const { name, open } of inOrder(snapshots).toReversed()) {
    const { begun } = await interruptedMaps(mapsOf(name, await mapsBeside(name)));
    if (begun.length > 0) return { source, name, open };
  }
  return await chooseSnapshot(text, context);
}
