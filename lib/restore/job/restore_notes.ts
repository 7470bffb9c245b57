/**
 * What a restore notes about itself in its id map, so that another process can take it up again or undo it: which app,
 * which archive, which mode, and how far it came.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { isArray, isObject, type Json, parseExact, stringifyExact, stringOf } from "../../json/exact_json.ts";
import { RESTORE_MODES, type RestoreMode, type RestoreOptions } from "./restore_options.ts";
import { type AppIdentity, archiveIdentity, isSameApp, type Target } from "./target.ts";

/** How far a restore came. */
const PHASES = ["planned", "writing", "written", "proved"] as const;

/** One of {@link PHASES}. */
type Phase = typeof PHASES[number];

/** The notes of a restore. */
export interface RestoreNotes {
  readonly app: AppIdentity;
  readonly archiveDigest: string;
  readonly mode: RestoreMode;
  readonly media: boolean;
  readonly inOrder: boolean;
  readonly overwriteNewer: boolean;
  /** Whether the archive was made from this same app: only then its row ids mean something there. */
  readonly sameApp: boolean;
}

/** Notes what kind of restore this is. */
export function noteRestore(idMap: IdMap, options: RestoreOptions, { identity }: Target): void {
  const { archive: { catalogue }, mode, media, inOrder, inPlace: { overwriteNewer } } = options;
  const { appId, origin, columnIds } = identity;
  const notes: Json = {
    app: { appId, origin, columnIds },
    archiveDigest: String(catalogue.provenance.get("digest") ?? ""),
    mode,
    media,
    inOrder,
    overwriteNewer,
    sameApp: isSameApp(archiveIdentity(catalogue), identity),
  };
  idMap.setNote("restore", stringifyExact(notes));
  idMap.setNote("begun", new Date(options.clock.now()).toISOString());
  setPhase(idMap, "planned");
}

/** The notes; null when the map has none. */
export function readNotes(idMap: IdMap): RestoreNotes | null {
  const notes = parseExact(idMap.note("restore") ?? "null");
  if (!isObject(notes) || !isObject(notes["app"])) return null;
  const { appId, origin, columnIds } = notes["app"];
  return {
    app: {
      appId: stringOf(appId) ?? "",
      origin: stringOf(origin),
      columnIds: isArray(columnIds) ? columnIds.flatMap((id) => stringOf(id) ?? []) : [],
    },
    archiveDigest: stringOf(notes["archiveDigest"]) ?? "",
    mode: RESTORE_MODES.find((mode) => mode === notes["mode"]) ?? "empty",
    media: notes["media"] === true,
    inOrder: notes["inOrder"] === true,
    overwriteNewer: notes["overwriteNewer"] === true,
    // In maps of earlier versions the mode alone shows it.
    sameApp: notes["sameApp"] === true || notes["mode"] === "missing",
  };
}

/** Notes how far a restore is. */
export function setPhase(idMap: IdMap, phase: Phase): void {
  idMap.setNote("phase", phase);
}

/** How far a restore came; null when its plan was never finished. */
export function phaseOf(idMap: IdMap): Phase | null {
  const noted = idMap.note("phase");
  return PHASES.find((phase) => phase === noted) ?? null;
}
