/**
 * A SQLite file that is being made. It has a temporary name until it can be used, so that a killed run leaves nothing
 * in the way of the next one. `sweep_new_files.ts` removes what such runs have left.
 */
import { type FileIdentity, identityAt, isTaken } from "../disk/file_identity.ts";
import { giveName } from "../disk/give_name.ts";
import { cannotWrite, fileReplaced, nameTaken } from "../disk/place_errors.ts";
import { refuseSidecars, sidecarsOf } from "../disk/sidecars.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { openEngine } from "./open_engine.ts";

/** Ending of the temporary name of a file, after its own name; six digits follow. */
const ENDING = ".new-";
const RANDOM_BYTES = 3;

/** The form of such a name. */
export const NEW_FILE = /\.new-[0-9a-f]{6}$/;
/** The longest ending of a name while a file is made. */
export const NEW_FILE_ENDING = `${ENDING}${"0".repeat(2 * RANDOM_BYTES)}-journal`;

const TAKEN_HINT = "Another run may be writing it. If none is, continue it with 'backup --resume', or delete it.";

/** A file that is being made. */
export interface NewFile {
  readonly engine: Engine;
  /**
   * Closes it and gives it its name.
   * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21); the new file is removed then
   */
  giveName(): Promise<void>;
  /** Closes it and replaces a file that nobody uses any more. */
  replace(): Promise<void>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}

/**
 * Begins a file that only its owner may read.
 * @throws {AnvilSqliteError} `cannot-write` (exit 21)
 */
export async function beginFile(path: string): Promise<NewFile> {
  const unnamed = `${path}${ENDING}${crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)).toHex()}`;
  try {
    (await Deno.open(unnamed, { write: true, createNew: true, mode: 0o600 })).close();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  const file = await identityAt(unnamed);
  const engine = await openEngine(unnamed, { mode: "write" });
  return {
    engine,
    giveName: () => name(engine, unnamed, path, file),
    replace: async () => {
      engine.close();
      await Deno.rename(unnamed, path);
    },
    discard: async () => {
      engine.close();
      for (const left of [...await sidecarsOf(unnamed), unnamed]) await Deno.remove(left).catch(() => {});
    },
  };
}

async function name(engine: Engine, unnamed: string, path: string, file: FileIdentity | null): Promise<void> {
  engine.close();
  try {
    switch (await giveName(unnamed, path, file)) {
      case "given":
        return;
      case "taken":
        throw nameTaken(path, TAKEN_HINT);
      case "replaced":
        throw fileReplaced(unnamed);
    }
  } catch (cause) {
    await Deno.remove(unnamed).catch(() => {});
    throw cause instanceof AnvilSqliteError ? cause : cannotWrite(path, cause);
  }
}

/**
 * Checks that a name is free for a new file.
 * @throws {AnvilSqliteError} `destination-exists` (exit 21)
 */
export async function checkNewName(path: string): Promise<void> {
  if (await isTaken(path)) throw nameTaken(path, TAKEN_HINT);
  await refuseSidecars(path);
}
