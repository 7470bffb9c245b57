/**
 * Forgets snapshots of the vault at a path, and says how much smaller it is.
 */
import { writeVault } from "../store/open_vault.ts";
import { compactVault } from "./compact_vault.ts";
import { forgetSnapshots } from "./forget_snapshots.ts";

/** How a vault is pruned. */
interface PruneOptions {
  /** Whether the vault is rewritten without gaps; the new file is proven before it replaces the old one. */
  readonly compact: boolean;
  /** Called before each part, and sometimes in between; `of` is 0 for work of unknown size. It may throw to stop. */
  readonly onStep: (what: string, done: number, of: number) => void;
}

/**
 * Forgets snapshots by their numbers.
 * @throws {AnvilSqliteError} as `writeVault`, `forgetSnapshots` and `compactVault`
 */
export async function pruneVault(
  path: string,
  remove: readonly number[],
  { compact, onStep }: PruneOptions,
): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }> {
  const bytesBefore = (await Deno.stat(path)).size;
  if (remove.length > 0) {
    using vault = await writeVault(path);
    forgetSnapshots(vault, new Set(remove), { onStep: (what) => onStep(what, 0, 0) });
  }
  if (compact) await compactVault(path, onStep);
  return { bytesBefore, bytesAfter: (await Deno.stat(path)).size };
}
