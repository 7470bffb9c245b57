/**
 * `backup`: puts a run together from the command line and from what was set up, and says how it ended.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BackupOptions } from "../../backup/backup_options.ts";
import { readDestination } from "../../backup/destination.ts";
import type { SchemaFile } from "../../backup/provenance.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { basename } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { PROGRAM } from "../../version.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import type { Environment, EnvironmentName } from "../terminal/environment.ts";
import { appStore, namedApp, readReach } from "../input/apps.ts";
import { newestBackup } from "../input/newest_backup.ts";
import { firstWait } from "../input/first_wait.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";
import { usageError } from "../model/usage_error.ts";
import { errorDocument } from "../terminal/error_document.ts";
import { reportError } from "../terminal/report.ts";
import { warningLine } from "../terminal/warning_line.ts";

type BackupInvocation = Invocation<typeof BACKUP>;

/** Runs `backup`. */
export async function run(invocation: BackupInvocation): Promise<ExitCode> {
  const { positionals: { name }, flags } = invocation;
  if (flags["if-older"] !== null && name === null && !flags.all) {
    throw usageError("Flag '--if-older' needs a name, or --all", "It looks at the backups of an app that was set up.");
  }
  if (flags["strict-schema"] && flags.schema === null) {
    throw usageError("Flag '--strict-schema' needs a file to compare with", "Give --schema anvil.yaml too.");
  }
  if (flags.all) return await backupAll(invocation);
  const app = await namedApp(invocation, name);
  return await backupOne(invocation, app);
}

/** What only makes sense for one app. */
const OF_ONE = ["key-file", "output", "resume", "schema", "table", "exclude"];

/** Variables that lead to one app. */
const VARIABLES_OF_ONE: readonly EnvironmentName[] = ["ANVIL_UPLINK_KEY", "ANVIL_UPLINK_URL"];

/** Every app in turn; what goes wrong with one is said, and the next has its turn. */
async function backupAll(invocation: BackupInvocation): Promise<ExitCode> {
  const { positionals: { name }, flags, given, environment, terminal, clock } = invocation;
  if (name !== null) throw usageError("'backup' takes a name or --all, not both", "Leave one of them out.");
  const isUrlGiven = given.has("url") && flags.url !== environment.get("ANVIL_UPLINK_URL");
  const own = isUrlGiven ? "url" : OF_ONE.find((flag) => given.has(flag));
  if (own !== undefined) throw usageError(`Flag '--${own}' is for one app`, "Leave it out, or name the app.");
  const store = appStore(invocation);
  const names = await store.names();
  if (names.length === 0) throw usageError("No app is set up yet", `'${PROGRAM} setup' adds one.`);
  for (const variable of VARIABLES_OF_ONE.filter((one) => environment.get(one) !== null)) {
    terminal.line(warningLine(`${variable} is not used: each app has its own`, terminal.color));
  }
  const each = withoutVariables(invocation);
  const codes: ExitCode[] = [];
  for (const one of names) {
    invocation.signal.throwIfAborted();
    const progress = chooseProgress(terminal, flags, clock);
    progress.report({ type: "app", name: one });
    progress.close();
    try {
      codes.push(await backupOne(each, await store.get(one)));
    } catch (error) {
      if (!(error instanceof AnvilSqliteError) || error.exitCode === EXIT.interrupted) throw error;
      codes.push(tell(invocation, one, error));
    }
  }
  return worstExit(codes);
}

function withoutVariables(invocation: BackupInvocation): BackupInvocation {
  const { environment } = invocation;
  const get: Environment["get"] = (name) => VARIABLES_OF_ONE.includes(name) ? null : environment.get(name);
  const given = new Set([...invocation.given].filter((flag) => flag !== "url"));
  return { ...invocation, given, environment: { get } };
}

function tell({ flags, terminal }: BackupInvocation, app: string, error: AnvilSqliteError): ExitCode {
  const { message, exitCode } = error;
  if (flags.json) {
    terminal.out(`${jsonText({ app, error: errorDocument(error) })}\n`);
  }
  terminal.line(reportError(error, terminal.color).text ?? message);
  return exitCode;
}

async function backupOne(invocation: BackupInvocation, app: AppSetup | null): Promise<ExitCode> {
  const { flags, terminal, secrets } = invocation;
  if (app?.ping) secrets.add(app.ping);
  if (app !== null && await isYoung(invocation, app)) return EXIT.done;
  const { path, exitCode } = await makeBackup(invocation, app);
  if (!flags.json) terminal.out(`${path}\n`);
  return exitCode;
}

/** Makes a backup: of an app as it was set up, where the command line does not say otherwise. It prints no path. */
export async function makeBackup(invocation: BackupInvocation, app: AppSetup | null): Promise<BackupResult> {
  const { flags, given, terminal, clock, signal } = invocation;
  const destination = await chooseDestination(flags.output, flags.resume, app);
  const schemaFile = flags.schema === null ? null : await readSchema(flags.schema, invocation);
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

/** Whether the newest backup is young enough; it is said then. */
async function isYoung(invocation: BackupInvocation, app: AppSetup): Promise<boolean> {
  const { flags, terminal, clock } = invocation;
  if (flags["if-older"] === null) return false;
  const newest = await newestBackup(invocation, flags.output ?? app.to, app.name);
  if (newest === null) return false;
  const ageMs = clock.now() - newest.start.getTime();
  if (ageMs >= flags["if-older"]) return false;
  const progress = chooseProgress(terminal, flags, clock);
  progress.report({ type: "not-due", path: newest.name, ageMs });
  progress.close();
  return true;
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
