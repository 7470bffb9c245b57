/**
 * Reads the id maps of earlier restores into the same app. One that cannot be read is reported and passed over: it may
 * be of another version of the program, or in use.
 */
import { type IdMap, openIdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EarlierRestores } from "../in_place/earlier_restores.ts";
import { readNotes } from "../job/restore_notes.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import { isSameApp, type Target } from "../job/target.ts";

/** Reads the maps, the earliest first. */
export async function readEarlierMaps(
  { earlierMaps, progress }: RestoreOptions,
  { identity }: Target,
): Promise<EarlierRestores> {
  const earlier = new EarlierRestores();
  const opened: { readonly idMap: IdMap; readonly begun: string }[] = [];
  try {
    for (const path of earlierMaps) {
      try {
        const idMap = await openIdMap(path);
        opened.push({ idMap, begun: idMap.note("begun") ?? "" });
      } catch (error) {
        if (!(error instanceof AnvilSqliteError)) throw error;
        progress.report({ type: "warning", code: error.code, message: `${error.message}; it is passed over` });
      }
    }
    for (const { idMap } of opened.sort((a, b) => a.begun < b.begun ? -1 : a.begun > b.begun ? 1 : 0)) {
      const notes = readNotes(idMap);
      if (notes !== null && notes.sameApp && isSameApp(notes.app, identity)) earlier.learn(idMap);
    }
    return earlier;
  } finally {
    for (const { idMap } of opened) idMap.close();
  }
}
