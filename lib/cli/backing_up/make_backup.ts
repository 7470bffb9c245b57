/**
 * Makes one backup, from the command line and from what was set up. It prints no path, and does nothing afterwards.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BackupOptions } from "../../backup/backup_options.ts";
import { readDestination, VAULT_ENDING } from "../../backup/destination.ts";
import type { SchemaFile } from "../../backup/provenance.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { basename, dirname } from "../../deps.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import { earlierInVault } from "../../vault/as_source/earlier_in_vault.ts";
import { isIncoming } from "../../vault/as_source/temporary_file.ts";
import { LIMITS } from "../../uplink/limits.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import { readReach } from "../input/apps.ts";
import { earlierBackup } from "../sources/earlier_backup.ts";
import { firstWait } from "../input/first_wait.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { changesText } from "../output/changes_text.ts";
import { backupIntoVault } from "./backup_into_vault.ts";
import { warningLine } from "../terminal/warning_line.ts";

type BackupInvocation = Invocation<typeof BACKUP>;

/** Makes a backup. What the command line does not say is taken from what was set up. */
export async function makeBackup(invocation: BackupInvocation, app: AppSetup | null): Promise<BackupResult> {
  const { flags, given, terminal, clock, signal } = invocation;
  const vault = vaultOf(flags, app);
  const destination = vault === null ? await chooseDestination(flags.output, flags.resume, app) : null;
  const schemaFile = flags.schema === null ? null : await readSchema(flags.schema, invocation);
  const earlier = await chooseEarlier(invocation, destination, vault);
  const { url, key } = await readReach(invocation, app);
  const progress = chooseProgress(terminal, flags, clock);
  const options: Omit<BackupOptions, "destination"> = {
    url,
    key,
    appName: app?.name ?? null,
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
    if (vault !== null) return await intoVault(invocation, vault, options);
    if (destination === null) throw new RangeError("A backup without a destination");
    const result = await runBackup({ ...options, destination });
    reportDone(progress, result);
    return result;
  } finally {
    progress.close();
  }
}

/** The vault that a backup goes into; null when it goes to a file. */
function vaultOf(flags: BackupInvocation["flags"], app: AppSetup | null): string | null {
  if (flags.vault !== null && flags.output !== null) {
    throw usageError("Flags '--vault' and '--output' exclude each other", "Give one place.");
  }
  if (flags.vault !== null) return flags.vault;
  if (flags.output === null && flags.resume !== null) return null;
  const place = flags.output ?? app?.to ?? "";
  return VAULT_ENDING.test(place) ? place : null;
}

async function intoVault(
  { flags, terminal, mainModule }: BackupInvocation,
  vault: string,
  options: Omit<BackupOptions, "destination">,
): Promise<BackupResult> {
  const { result, taken: { snapshot } } = await backupIntoVault(vault, flags.resume, options, mainModule);
  const { number, previous, changes } = snapshot;
  const path = `${vault}@#${number}`;
  reportDone(options.progress, { ...result, path });
  if (flags.json) {
    terminal.out(`${jsonText({ event: "snapshot", vault, number, previous, changes })}\n`);
  } else if (!flags.quiet) {
    terminal.line(previous === null ? "The vault's first snapshot" : `Since #${previous}: ${changesText(changes)}`);
  }
  return { ...result, path };
}

/** The folder in which earlier backups are looked for: where this one goes, also when it is resumed there. */
async function chooseEarlier(
  invocation: BackupInvocation,
  destination: BackupOptions["destination"] | null,
  vault: string | null,
): Promise<BackupOptions["earlier"] & object> {
  const { flags } = invocation;
  if (flags.reuse !== null && flags["no-reuse"]) {
    throw usageError("Flags '--reuse' and '--no-reuse' exclude each other", "Give one of them, or none.");
  }
  if (flags.reuse !== null && flags["no-media"]) {
    throw usageError("Flags '--reuse' and '--no-media' exclude each other", "Without media there is nothing to take.");
  }
  const context = sourceContext(invocation);
  const reuse = flags.reuse === null ? null : await chooseSnapshot(flags.reuse, context);
  const reuses = !flags["no-reuse"] && !flags["no-media"];
  if (vault !== null && reuse === null) return earlierInVault(vault, reuses);
  const { kind, path } = destination ?? { kind: "file", path: "" };
  const folder = kind === "directory" ? path : kind === "partial" ? dirname(path) : null;
  return earlierBackup({ folder, reuse, reuses, note: context.note });
}

async function chooseDestination(
  output: string | null,
  resume: string | null,
  app: AppSetup | null,
): Promise<BackupOptions["destination"]> {
  if (resume === null) return await readDestination(output ?? app?.to ?? ".");
  if (isIncoming(resume)) {
    throw usageError(`'${resume}' is of a backup into a vault`, "Say which: backup --vault FILE --resume PARTIAL.");
  }
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

/** Reports to the progress how a backup ended. */
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
