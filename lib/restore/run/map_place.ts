/**
 * Where the id map of a run is, and what becomes of it. A plan has a temporary one; writing has a new one or that of an
 * interrupted run. A map of a run that wrote nothing is removed, since nobody needs it.
 */
import { makeTemporaryFolder } from "../../disk/temporary_folder.ts";
import { beginIdMap, type IdMap, openIdMap } from "../../id_map/id_map.ts";
import { join } from "../../deps.ts";
import { isTaken } from "../../disk/file_identity.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { sweepBegun } from "../../sqlite/sweep_new_files.ts";
import { phaseOf } from "../job/restore_notes.ts";
import { standingText } from "./standing.ts";

/** Where the map of a run is. */
export type MapPlace =
  /** Nowhere: the run only plans. */
  | { readonly kind: "none" }
  /** A new file, with sentences on how a failed run can be resumed or undone. */
  | { readonly kind: "new"; readonly path: string; readonly advice: string }
  /** A file that an interrupted run has left. */
  | { readonly kind: "resume"; readonly path: string; readonly advice: string };

/** The map of a run. */
export interface RunMap {
  /** The current map: another object once it has its name. */
  readonly idMap: IdMap;
  readonly advice: string;
  /** Notes that the plan is finished: a new map now gets its name, so that its run can be resumed. */
  planned(): Promise<void>;
  /** Causes it to be removed when it is closed, whatever was written. */
  drop(): void;
  /** Closes it, and removes a new one if its run wrote nothing. */
  close(): Promise<void>;
}

/**
 * Opens the map of a run.
 * @throws {AnvilSqliteError} `unfinished-restore`, `destination-exists` (exit 21), and as `beginIdMap` and `openIdMap`
 */
export async function openRunMap(place: MapPlace): Promise<RunMap> {
  switch (place.kind) {
    case "none": {
      const folder = await makeTemporaryFolder("plan");
      try {
        const { idMap } = await beginIdMap(join(folder, "plan.sqlite"));
        return new OpenRunMap(idMap, "", null, () => Deno.remove(folder, { recursive: true }));
      } catch (error) {
        await Deno.remove(folder, { recursive: true });
        throw error;
      }
    }
    case "new": {
      const { path, advice } = place;
      await sweepBegun(path);
      if (await isTaken(path)) await removeUnused(path, advice);
      const begun = await beginIdMap(path);
      return new OpenRunMap(begun.idMap, advice, begun, () => Deno.remove(path));
    }
    case "resume":
      if (!await isTaken(place.path)) throw nothingToResume(place.path);
      return new OpenRunMap(await openIdMap(place.path), place.advice, null, () => Promise.resolve());
  }
}

class OpenRunMap implements RunMap {
  readonly advice: string;
  #idMap: IdMap;
  #begun: Begun | null;
  readonly #remove: () => Promise<void>;
  #isDropped = false;

  /**
   * @param begun a map that has no name yet
   * @param remove removes a map whose run wrote nothing
   */
  constructor(idMap: IdMap, advice: string, begun: Begun | null, remove: () => Promise<void>) {
    this.#idMap = idMap;
    this.advice = advice;
    this.#begun = begun;
    this.#remove = remove;
  }

  get idMap(): IdMap {
    return this.#idMap;
  }

  async planned(): Promise<void> {
    if (this.#begun === null) return;
    this.#idMap = await this.#begun.giveName();
    this.#begun = null;
  }

  drop(): void {
    this.#isDropped = true;
  }

  async close(): Promise<void> {
    if (this.#begun !== null) return await this.#begun.discard();
    const isUsed = !this.#isDropped && this.#idMap.groups.hasWritten();
    this.#idMap.close();
    if (!isUsed) await this.#remove();
  }
}

type Begun = Awaited<ReturnType<typeof beginIdMap>>;

/** A map that is in the way: removed if its run wrote nothing, otherwise reported. */
async function removeUnused(path: string, advice: string): Promise<void> {
  // Earlier versions gave a map its name before anything was in it.
  if ((await Deno.lstat(path)).size === 0) return await Deno.remove(path);
  const idMap = await openIdMap(path);
  const isUsed = idMap.groups.hasWritten();
  const isDone = phaseOf(idMap) === "proved";
  const standing = standingText(idMap);
  idMap.close();
  if (!isUsed) return await Deno.remove(path);
  if (isDone) {
    throw new AnvilSqliteError(`The id map '${path}' of a finished restore is in the way`, {
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
