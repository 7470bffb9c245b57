/**
 * Whether the folder that a backup would go to can be written and has room.
 */
import { statfs } from "node:fs/promises";
import { EXIT } from "../exit_codes.ts";
import { byteSize } from "../ui/text/byte_size.ts";
import type { Check } from "./check.ts";

/** Free space wanted, in parts of the estimate: media are not in it, and an estimate is one. */
const MARGIN = 2;

/** @param bytes estimated size of a backup, null when it is not known */
export async function checkDisk(folder: string, bytes: number | null): Promise<Check> {
  const check = { name: "disk", hint: null, exitCode: EXIT.done } as const;
  const problem = (message: string, hint: string): Check => ({
    ...check,
    verdict: "problem",
    message,
    hint,
    exitCode: EXIT.destination,
  });
  const stat = await Deno.stat(folder).catch(() => null);
  if (!stat?.isDirectory) return problem(`There is no folder '${folder}'`, "Create it, or choose another with -o.");
  try {
    const probe = await Deno.makeTempFile({ dir: folder, prefix: ".anvil-sqlite-" });
    await Deno.remove(probe);
  } catch {
    return problem(`Folder '${folder}' cannot be written`, "Check its permissions, or choose another with -o.");
  }
  const free = await freeBytes(folder);
  if (free === null) return { ...check, verdict: "note", message: "The free space is not known" };
  if (bytes !== null && free < bytes * MARGIN) {
    return problem(`Folder '${folder}' has ${byteSize(free)} left`, "Make room, or choose another with -o.");
  }
  return { ...check, verdict: "ok", message: `${byteSize(free)} free in '${folder}'` };
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
