/**
 * Rewrites a vault without the gaps that forgotten snapshots have left. The new file is made and proven beside the old
 * one, and only then gets its name.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { verifyVault } from "../check/verify_vault.ts";
import { copyVault } from "./copy_vault.ts";
import { damagedVault, readVault, writeVault } from "../store/open_vault.ts";

/** Ending of the new file's name until it is finished. */
const SUFFIX = ".compact";

/**
 * Compacts a vault.
 * @param onStep as of `verifyVault`
 * @returns bytes before and after
 * @throws {AnvilSqliteError} `locked`, `disk-full`, `cannot-write` (exit 21), `damaged-vault` (exit 4); the vault is
 * then unchanged
 */
export async function compactVault(
  path: string,
  onStep: (what: string, done: number, of: number) => void,
): Promise<{ readonly before: number; readonly after: number }> {
  const fresh = path + SUFFIX;
  const before = (await Deno.stat(path)).size;
  {
    using vault = await writeVault(path);
    // Nobody may write now: it would not be in the new file.
    vault.engine.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
    await remove(fresh);
    try {
      Deno.openSync(fresh, { write: true, createNew: true, mode: 0o600 }).close();
      await copyVault(vault.engine, fresh, (what) => onStep(`rewriting ${what}`, 0, 0));
      await prove(fresh, onStep);
      {
        using file = await Deno.open(fresh, { write: true });
        await file.sync();
      }
      if (Deno.build.os !== "windows") await Deno.rename(fresh, path);
    } catch (error) {
      await remove(fresh);
      throw error instanceof AnvilSqliteError ? error : cannotCompact(path, error);
    }
  }
  if (Deno.build.os === "windows") await Deno.rename(fresh, path);
  return { before, after: (await Deno.stat(path)).size };
}

async function prove(path: string, onStep: (what: string, done: number, of: number) => void): Promise<void> {
  using vault = await readVault(path);
  for (const { message } of verifyVault(vault, { onStep })) throw damagedVault(path, message);
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

function cannotCompact(path: string, cause: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot rewrite '${path}': ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: "cannot-write",
    hint: "Check that its folder may be written, and free space. The vault is as it was.",
    cause,
  });
}
