/**
 * One backup, put together from the command line and from what was set up. It prints no path, and does nothing afterwards.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BackupOptions } from "../../backup/backup_options.ts";
import { readDestination } from "../../backup/destination.ts";
import type { SchemaFile } from "../../backup/provenance.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { basename, dirname } from "../../deps.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import { LIMITS } from "../../uplink/limits.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import { readReach } from "../input/apps.ts";
import { earlierBackup } from "../input/earlier_backup.ts";
import { firstWait } from "../input/first_wait.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";
import { sourceContext } from "../input/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { warningLine } from "../terminal/warning_line.ts";

type BackupInvocation = Invocation<typeof BACKUP>;

/** Makes a backup: of an app as it was set up, where the command line does not say otherwise. */
export async function makeBackup(invocation: BackupInvocation, app: AppSetup | null): Promise<BackupResult> {
  const { flags, given, terminal, clock, signal } = invocation;
  const destination = await chooseDestination(flags.output, flags.resume, app);
  const schemaFile = flags.schema === null ? null : await readSchema(flags.schema, invocation);
  const earlier = await chooseEarlier(invocation, destination);
  const { url, key } = await readReach(invocation, app);
  const progress = chooseProgress(terminal, flags, clock);
  const options: BackupOptions = {
    url,
    key,
    appName: app?.name ?? null,
    destination,
    selection: { only: flags.table, exclude: given.has("exclude") ? flags.exclude : app?.exclude ?? [] },
    media: !flags["no-media"],
    schemaFile,
    strictSchema: flags["strict-schema"],
    requireSnapshot: flags["require-snapshot"],
    earlier,
    pace: flags.pace,
    progress,
    clock,
    limits: LIMITS,
    waitMs: firstWait(invocation),
    signal,
  };
  try {
    const result = await runBackup(options);
    reportDone(progress, result);
    return result;
  } finally {
    progress.close();
  }
}

/** Where earlier backups are looked for: in the folder that this one goes to, also when it goes on there. */
async function chooseEarlier(
  invocation: BackupInvocation,
  destination: BackupOptions["destination"],
): Promise<BackupOptions["earlier"] & object> {
  const { flags } = invocation;
  if (flags.reuse !== null && flags["no-reuse"]) {
    throw usageError("Flags '--reuse' and '--no-reuse' exclude each other", "Give one of them, or none.");
  }
  if (flags.reuse !== null && flags["no-media"]) {
    throw usageError("Flags '--reuse' and '--no-media' exclude each other", "Without media there is nothing to take.");
  }
  const reuse = flags.reuse === null ? null : await chooseSnapshot(flags.reuse, sourceContext(invocation));
  const { kind, path } = destination;
  const folder = kind === "directory" ? path : kind === "partial" ? dirname(path) : null;
  return earlierBackup({ folder, reuse, reuses: !flags["no-reuse"] && !flags["no-media"] });
}

async function chooseDestination(
  output: string | null,
  resume: string | null,
  app: AppSetup | null,
): Promise<BackupOptions["destination"]> {
  if (resume === null) return await readDestination(output ?? app?.to ?? ".");
  if (output === null) {
    await checkRegularFile(resume);
    return { kind: "partial", path: resume };
  }
  throw usageError("Flags '--resume' and '--output' exclude each other", "A resumed backup keeps its name.");
}

async function readSchema(path: string, invocation: BackupInvocation): Promise<SchemaFile> {
  const { terminal } = invocation;
  const { text, schema, warnings } = await readSchemaFile(path, invocation);
  for (const { message } of warnings) terminal.line(warningLine(message, terminal.color));
  return { name: basename(inputName(path)), text, schema };
}

/** Tells the progress how a backup ended. */
export function reportDone(progress: Progress, result: BackupResult): void {
  progress.report({
    type: "done",
    path: result.path,
    complete: result.exitCode === 0,
    tables: result.tables,
    rows: result.totalRows,
    media: result.media,
    bytes: result.bytes,
    warnings: result.warnings.length,
    ms: result.elapsedMs,
  });
}
