/**
 * Whether the place of a backup can be written and has room. `-o` is read as `backup` reads it. It writes only a probe,
 * which is removed at once.
 */
import { statfs } from "node:fs/promises";
import { type FreshDestination, nearestPlace, readDestination } from "../backup/destination.ts";
import { dirname } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { EXIT } from "../exit_codes.ts";
import { byteSize } from "../ui/text/byte_size.ts";
import type { Check } from "./check.ts";

/** Free space wanted, as a multiple of the estimate: an estimate may be too low, and has no media in it. */
const MARGIN = 2;

const DISK = { name: "disk", hint: null, exitCode: EXIT.done } as const;

/**
 * Checks the place.
 * @param output the value of `-o`
 * @param bytes estimated size of a backup; null when it is not known
 */
export async function checkDisk(output: string, bytes: number | null): Promise<Check> {
  let destination: FreshDestination;
  try {
    destination = await readDestination(output);
  } catch (error) {
    if (!(error instanceof AnvilSqliteError)) throw error;
    const { message, hint, exitCode } = error;
    return { ...DISK, verdict: "problem", message, hint, exitCode };
  }
  const { path: folder } = await nearestPlace(destination.kind === "file" ? dirname(output) : output);
  if (!await isWritable(folder)) {
    return problem(`Folder '${folder}' cannot be written`, "Check its permissions, or choose another with -o.");
  }
  const free = await freeBytes(folder);
  if (free === null) return { ...DISK, verdict: "note", message: "The free space is not known" };
  if (bytes !== null && free < bytes * MARGIN) {
    return problem(`Folder '${folder}' has ${byteSize(free)} left`, "Make room, or choose another with -o.");
  }
  const isNew = destination.kind === "directory" && folder !== output;
  return {
    ...DISK,
    verdict: "ok",
    message: `${byteSize(free)} free in '${folder}'${isNew ? `; folder '${output}' will be made` : ""}`,
  };
}

function problem(message: string, hint: string): Check {
  return { ...DISK, verdict: "problem", message, hint, exitCode: EXIT.destination };
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    const probe = await Deno.makeTempFile({ dir: folder, prefix: ".anvil-sqlite-" });
    await Deno.remove(probe);
    return true;
  } catch {
    return false;
  }
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
