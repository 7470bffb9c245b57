/**
 * The id maps beside a file. Each restore has a map of its own, named with its time, so that it is never in the way of
 * the next restore. It only reads.
 */
import { basename, dirname, join } from "../../deps.ts";
import { ID_MAP_SUFFIX, openIdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { phaseOf } from "../job/restore_notes.ts";

/** Path for the map of a restore that begins now: `FILE.20261128T024800Z.idmap.sqlite`. */
export function newMapPath(file: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${file}.${time}${ID_MAP_SUFFIX}`;
}

/** All id maps in the folder of a file, of any file. */
export async function mapsBeside(file: string): Promise<readonly string[]> {
  const folder = dirname(file);
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(ID_MAP_SUFFIX)) names.push(entry.name);
    }
  } catch {
    // In a folder that may not be listed, no map can be found.
    return [];
  }
  return names.sort().map((name) => folder === "." && !file.startsWith(".") ? name : join(folder, name));
}

/** The maps of one file among these. */
export function mapsOf(file: string, maps: readonly string[]): readonly string[] {
  const name = basename(file);
  return maps.filter((path) => isMapOf(basename(path), name));
}

/** With a time in the middle, or without one, as earlier versions named maps. */
function isMapOf(map: string, file: string): boolean {
  if (!map.startsWith(`${file}.`)) return false;
  const middle = map.slice(file.length, -ID_MAP_SUFFIX.length);
  return middle === "" || /^\.\d{8}T\d{6}Z$/.test(middle);
}

/** The maps of unfinished restores. */
interface InterruptedMaps {
  /** Maps of restores that were interrupted, the latest last. */
  readonly begun: readonly string[];
  /** Maps of restores that were stopped before they wrote anything. */
  readonly unused: readonly string[];
}

/** Looks for restores that were interrupted. */
export async function interruptedMaps(maps: readonly string[]): Promise<InterruptedMaps> {
  const begun: string[] = [];
  const unused: string[] = [];
  for (const path of maps) {
    try {
      using idMap = await openIdMap(path);
      if (!idMap.groups.hasWritten()) unused.push(path);
      else if (phaseOf(idMap) !== "proved") begun.push(path);
    } catch (error) {
      // A map in use is not finished. A map that cannot be read is reported only to users who name it.
      if (!(error instanceof AnvilSqliteError) || error.code === "locked") throw error;
    }
  }
  return { begun, unused };
}
