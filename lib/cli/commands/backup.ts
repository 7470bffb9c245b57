/**
 * `backup`: puts a run together from the command line, and says how it ended.
 */
import type { BackupOptions } from "../../backup/backup_options.ts";
import { readDestination } from "../../backup/destination.ts";
import type { SchemaFile } from "../../backup/provenance.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { basename } from "../../deps.ts";
import type { ExitCode } from "../../exit_codes.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import { readKey } from "../input/key_source.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";
import { usageError } from "../model/usage_error.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `backup`. */
export async function run(invocation: Invocation<typeof BACKUP>): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  if (flags["strict-schema"] && flags.schema === null) {
    throw usageError("Flag '--strict-schema' needs a file to compare with", "Give --schema anvil.yaml too.");
  }
  const destination = await chooseDestination(flags.output, flags.resume);
  const schemaFile = flags.schema === null ? null : await readSchema(flags.schema, invocation);
  const key = await readKey(flags["key-file"], invocation);
  const progress = chooseProgress(terminal, flags, clock);
  const options: BackupOptions = {
    url: flags.url,
    key,
    destination,
    selection: { only: flags.table, exclude: flags.exclude },
    media: !flags["no-media"],
    schemaFile,
    strictSchema: flags["strict-schema"],
    progress,
    clock,
    limits: LIMITS,
    signal,
  };
  try {
    const result = await runBackup(options);
    reportDone(progress, result);
    if (!flags.json) terminal.tell(`${result.path}\n`);
    return result.exitCode;
  } finally {
    progress.close();
  }
}

async function chooseDestination(output: string | null, resume: string | null): Promise<BackupOptions["destination"]> {
  if (resume === null) return await readDestination(output ?? ".");
  if (output === null) {
    await checkRegularFile(resume);
    return { kind: "partial", path: resume };
  }
  throw usageError("Flags '--resume' and '--output' exclude each other", "A resumed backup keeps its name.");
}

async function readSchema(path: string, invocation: Invocation<typeof BACKUP>): Promise<SchemaFile> {
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
