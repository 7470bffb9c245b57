/**
 * The id maps that restores left beside the snapshots of a source. It only reads.
 */
import { dirname } from "../deps.ts";
import { isKind } from "../errors.ts";
import { ID_MAP_SUFFIX } from "../id_map/id_map.ts";
import { readIdMap, type ReturnedRows } from "../id_map/read_id_map.ts";
import type { Source } from "./find_source.ts";
import { filesIn } from "./folder.ts";

/**
 * Reads all id maps beside these sources. One that cannot be read, for example while a restore runs, is reported and
 * passed over.
 */
export async function idMapsBeside(
  sources: readonly Source[],
  note: (line: string) => void,
): Promise<readonly ReturnedRows[]> {
  const folders = new Set(sources.map(({ place: { kind, path } }) => kind === "folder" ? path : dirname(path)));
  const maps: ReturnedRows[] = [];
  for (const folder of folders) {
    for (const path of (await filesIn(folder)).filter((name) => name.endsWith(ID_MAP_SUFFIX))) {
      try {
        maps.push(await readIdMap(path));
      } catch (error) {
        if (!isKind(error, "file", "place")) throw error;
        note(`Passed over id map '${path}': ${error.message}`);
      }
    }
  }
  return maps;
}
