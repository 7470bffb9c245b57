/**
 * Removes the files that a plan names, and nothing else.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { PrunePlan } from "./plan_prune.ts";

/**
 * Removes the files, oldest backups first; one that is gone already counts as removed.
 * @returns how many were removed
 * @throws {AnvilSqliteError} `cannot-write` (exit 21); what was removed before stays removed
 */
export async function removeFiles({ groups, unfinished }: PrunePlan): Promise<number> {
  const paths = [...groups.flatMap(({ gone }) => gone.map(({ name }) => name)), ...unfinished.map(({ path }) => path)];
  let removed = 0;
  for (const path of paths) {
    try {
      await Deno.remove(path);
      removed++;
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) continue;
      if (cause instanceof Deno.errors.NotCapable) throw cause;
      throw new AnvilSqliteError(`Cannot remove '${path}': ${cause instanceof Error ? cause.message : cause}`, {
        code: "cannot-write",
        hint: "Check that you may write in that folder.",
        cause,
      });
    }
  }
  return removed;
}
