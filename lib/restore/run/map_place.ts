/**
 * Where the id map of a run stands and what becomes of it: a temporary one for a plan, a new one or an interrupted run's
 * for writing. A map that nothing was written by is worth nothing, and is removed.
 */
import { makeTemporaryFolder } from "../../disk/temporary_folder.ts";
import { createIdMap, type IdMap, openIdMap } from "../../id_map/id_map.ts";
import { join } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { phaseOf } from "../job/restore_notes.ts";
import { standingText } from "./standing.ts";

/** Where the map of a run stands. */
export type MapPlace =
  /** Nowhere: the run only plans. */
  | { readonly kind: "none" }
  /** A file that is made, and how a failed run can be gone on with or undone, in sentences. */
  | { readonly kind: "new"; readonly path: string; readonly advice: string }
  /** A file that an interrupted run has left. */
  | { readonly kind: "resume"; readonly path: string; readonly advice: string };

/** The map of a run. */
export interface RunMap {
  readonly idMap: IdMap;
  readonly advice: string;
  /** Has it removed when it is closed, whatever was written. */
  drop(): void;
  /** Closes it, and removes a new one by which nothing was written. */
  close(): Promise<void>;
}

/**
 * Opens the map of a run.
 * @throws {AnvilSqliteError} `unfinished-restore`, `destination-exists` (exit 21), and as `createIdMap` and `openIdMap`
 */
export async function openRunMap(place: MapPlace): Promise<RunMap> {
  switch (place.kind) {
    case "none": {
      const folder = await makeTemporaryFolder("plan");
      const remove = () => Deno.remove(folder, { recursive: true });
      return await runMap(() => createIdMap(join(folder, "plan.sqlite")), "", remove, remove);
    }
    case "new":
      if (await exists(place.path)) await removeUnused(place.path, place.advice);
      return await runMap(() => createIdMap(place.path), place.advice, NOTHING, () => Deno.remove(place.path));
    case "resume":
      if (!await exists(place.path)) throw nothingToResume(place.path);
      return await runMap(() => openIdMap(place.path), place.advice, NOTHING, NOTHING);
  }
}

const NOTHING = () => Promise.resolve();

/** @param discard what becomes of a map that cannot be opened, @param remove of one by which nothing was written */
async function runMap(
  open: () => Promise<IdMap>,
  advice: string,
  discard: () => Promise<void>,
  remove: () => Promise<void>,
): Promise<RunMap> {
  let idMap: IdMap;
  try {
    idMap = await open();
  } catch (error) {
    await discard();
    throw error;
  }
  let isDropped = false;
  return {
    idMap,
    advice,
    drop: () => void (isDropped = true),
    close: async () => {
      const isUsed = !isDropped && idMap.groups.hasWritten();
      idMap.close();
      if (!isUsed) await remove();
    },
  };
}

/** A map in the way: removed when nothing was written by it, otherwise told of. */
async function removeUnused(path: string, advice: string): Promise<void> {
  const idMap = await openIdMap(path);
  const isUsed = idMap.groups.hasWritten();
  const isDone = phaseOf(idMap) === "proved";
  const standing = standingText(idMap);
  idMap.close();
  if (!isUsed) return await Deno.remove(path);
  if (isDone) {
    throw new AnvilSqliteError(`The id map '${path}' of a finished restore stands in the way`, {
      code: "destination-exists",
      hint: `Keep it to undo that restore; give this one another place with --id-map, or move the old one away.`,
    });
  }
  throw new AnvilSqliteError(`An earlier restore was interrupted; its id map is '${path}'`, {
    code: "unfinished-restore",
    hint: `${standing} ${advice}`,
  });
}

function nothingToResume(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`There is no interrupted restore to go on with: no id map '${path}'`, {
    code: "no-id-map",
    hint: "Leave --resume away to begin a new one, or say where the id map is with --id-map.",
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
