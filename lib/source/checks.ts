/**
 * What was proven of backups: one line for each check in `.anvil-sqlite-checks.jsonl`, in their folder or beside a
 * vault. The files themselves stay sealed. A line that cannot be read is passed over.
 */
import { dirname, join } from "../deps.ts";
import type { Source } from "./find_source.ts";

/** Name of the file with the checks. */
export const CHECKS_FILE = ".anvil-sqlite-checks.jsonl";

/** How a backup was proven. */
const CHECK_KINDS = ["verify", "drill"] as const;

/** One check of one backup. */
export interface BackupCheck {
  /** Digest of all rows, as the backup says. It identifies what was proven, whatever the file's name. */
  readonly digest: string;
  readonly time: Date;
  readonly kind: typeof CHECK_KINDS[number];
  readonly result: "good" | "bad";
}

/** The folder with the checks of a source's snapshots. */
export function checksFolder({ place: { kind, path } }: Pick<Source, "place">): string {
  return kind === "folder" ? path : dirname(path);
}

/** Adds a line. @throws {Error} Deno's own, when the file cannot be written */
export async function recordCheck(folder: string, { digest, time, kind, result }: BackupCheck): Promise<void> {
  const line = JSON.stringify({ digest, time: time.toISOString(), kind, result });
  await Deno.writeTextFile(join(folder, CHECKS_FILE), `${line}\n`, { append: true, mode: 0o600 });
}

/** All checks in a folder, in the order in which they were made; empty when there is no such file. */
export async function readChecks(folder: string): Promise<readonly BackupCheck[]> {
  const text = await Deno.readTextFile(join(folder, CHECKS_FILE)).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return "";
  });
  return text.split("\n").flatMap(checkOf);
}

function checkOf(line: string): readonly BackupCheck[] {
  try {
    const { digest, time, kind, result }: Readonly<Record<string, unknown>> = JSON.parse(line);
    const at = new Date(String(time));
    const known = CHECK_KINDS.find((one) => one === kind);
    const isWhole = typeof digest === "string" && digest !== "" && !Number.isNaN(at.getTime());
    if (!isWhole || known === undefined || (result !== "good" && result !== "bad")) return [];
    return [{ digest, time: at, kind: known, result }];
  } catch {
    return [];
  }
}

/** The last check of each kind that a backup passed. */
export function lastGood(checks: readonly BackupCheck[], digest: string): Partial<Record<BackupCheck["kind"], Date>> {
  const good = checks.filter((check) => check.digest === digest && digest !== "" && check.result === "good");
  return Object.fromEntries(CHECK_KINDS.flatMap((kind) => {
    const times = good.filter((check) => check.kind === kind).map(({ time }) => time.getTime());
    return times.length === 0 ? [] : [[kind, new Date(Math.max(...times))]];
  }));
}
