/**
 * Saves the private copy as a file of its own, as carefully as a backup: under a partial name, with counts, digests and
 * links as they are now, checked and synced. Only then it gets its name. It never overwrites anything.
 */
import { isHeld, readCatalogue, recordOutcome } from "../../archive/catalogue/catalogue.ts";
import { PARTIAL_SUFFIX } from "../../archive/catalogue/identity.ts";
import { openWriter } from "../../archive/making/archive_writer.ts";
import { completeArchive, nameArchive } from "../../archive/making/finish.ts";
import { createResumeState } from "../../archive/making/resume_state.ts";
import { countStored } from "../../archive/rows/row_reader.ts";
import { isTaken } from "../../disk/file_identity.ts";
import { cannotWrite } from "../../disk/place_errors.ts";
import { SIDECAR_SUFFIXES } from "../../disk/sidecars.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/**
 * Checks, before anything is served, that a file of this name can be written at the end.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
 */
export async function checkSavePath(path: string): Promise<void> {
  for (const name of ["", PARTIAL_SUFFIX, ...SIDECAR_SUFFIXES].map((suffix) => path + suffix)) {
    if (await isTaken(name)) throw exists(name);
  }
  await claim(path + PARTIAL_SUFFIX);
  await Deno.remove(path + PARTIAL_SUFFIX);
}

function exists(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`The file exists already: ${path}`, {
    code: "destination-exists",
    hint: "Give --save another name, or move that file away.",
  });
}

function cannotSave(path: string, cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(cannotWrite(path, cause).message, {
    code: "cannot-write",
    hint: "Give --save another place, and check permissions and free space.",
    cause,
  });
}

/** Makes an empty file that only its owner may read. */
async function claim(path: string): Promise<void> {
  try {
    (await Deno.open(path, { write: true, createNew: true, mode: 0o600 })).close();
  } catch (cause) {
    throw cause instanceof Deno.errors.AlreadyExists ? exists(path) : cannotSave(path, cause);
  }
}

/** How a copy was changed. */
interface Edits {
  /** Whether clients have written anything. */
  readonly any: boolean;
  readonly now: Date;
}

/**
 * Saves a copy that nobody uses any more.
 * @throws {AnvilSqliteError} as the end of a backup does; the copy stays as it was, and a partial file stays only if it
 * is whole
 */
export async function saveCopy(copy: string, path: string, edits: Edits): Promise<void> {
  const partial = path + PARTIAL_SUFFIX;
  await claim(partial);
  try {
    await Deno.copyFile(copy, partial);
    await finish(partial, path, edits);
  } catch (cause) {
    if (!(cause instanceof AnvilSqliteError)) {
      await Deno.remove(partial);
      throw cannotSave(partial, cause);
    }
    // Only its name was taken: the finished file exists under the partial name.
    if (cause.code !== "destination-exists") await Deno.remove(partial);
    throw cause;
  }
}

async function finish(partial: string, path: string, edits: Edits): Promise<void> {
  const writer = await openWriter(partial, []);
  try {
    const { engine } = writer;
    // Without its options nobody can take the file for an interrupted backup and resume it.
    const options = readCatalogue(engine).provenance.get("options");
    writer.transaction(() => {
      createResumeState(engine, []);
      engine.exec("DELETE FROM _provenance WHERE key = 'options'");
      forgetOldFacts(engine);
      recordRows(engine);
    });
    const kept: readonly (readonly [string, SqlValue])[] = options === undefined ? [] : [["options", options]];
    completeArchive(writer, { provenance: () => [...kept, ...editedProvenance(edits)] });
    await nameArchive(writer, path);
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Removes facts that were true of the archive only, and bytes of media that no cell has any more. */
function forgetOldFacts(engine: Engine): void {
  engine.exec("DELETE FROM _anvil_dangling_links");
  engine.exec(
    "DELETE FROM _anvil_blobs WHERE sha256 NOT IN (SELECT sha256 FROM _anvil_media_objects WHERE sha256 IS NOT NULL)",
  );
}

/**
 * The rows of the copy are what the app would count. A table that had no rows and now has some becomes one with rows.
 */
function recordRows(engine: Engine): void {
  for (const { plan, state } of readCatalogue(engine).tables.filter(isHeld)) {
    const rows = countStored(engine, plan);
    if (state === "copied" || rows > 0) recordOutcome(engine, plan.tableId, { state: "copied", rowsServer: rows });
  }
}

/** A file that clients have written to says so: its rows are not all from the same moment of the app. */
function editedProvenance({ any, now }: Edits): Iterable<readonly [string, string]> {
  if (!any) return [];
  return [
    ["snapshot_kind", "edited"],
    ["snapshot_reason", "clients of 'serve --writable' have changed it"],
    ["edited_at", now.toISOString()],
  ];
}
