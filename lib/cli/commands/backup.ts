/**
 * `backup`: puts a run together from the command line and from what was set up, and says how it ended.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BackupOptions } from "../../backup/backup_options.ts";
import { readDestination, VAULT_ENDING } from "../../backup/destination.ts";
import type { SchemaFile } from "../../backup/provenance.ts";
import { type BackupResult, runBackup } from "../../backup/run_backup.ts";
import { basename, dirname } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import { pinged, type PingOutcome } from "../../ping/pinged.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import { earlierInVault } from "../../vault/as_source/earlier_in_vault.ts";
import { isIncoming } from "../../vault/as_source/temporary_file.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { PROGRAM } from "../../version.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import type { Environment, EnvironmentName } from "../terminal/environment.ts";
import { appStore, namedApp, readReach } from "../input/apps.ts";
import { earlierBackup } from "../input/earlier_backup.ts";
import { newestBackup } from "../input/newest_backup.ts";
import { firstWait } from "../input/first_wait.ts";
import { pingOptions } from "../input/ping_flag.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";
import { sourceContext } from "../input/sources.ts";
import { usageError } from "../model/usage_error.ts";
import { changesText } from "../output/changes_text.ts";
import { reportError } from "../terminal/report.ts";
import { warningLine } from "../terminal/warning_line.ts";
import { backupIntoVault } from "./backup_into_vault.ts";

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
const OF_ONE = ["key-file", "output", "vault", "resume", "schema", "table", "exclude", "ping"];

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
      if (!(error instanceof AnvilSqliteError) || error.kind === "stopped") throw error;
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
  const { code, message, hint, exitCode } = error;
  if (flags.json) {
    terminal.out(`${jsonText({ app, error: { code, message, hint, exit_code: exitCode } })}\n`);
  }
  terminal.line(reportError(error, terminal.color).text ?? message);
  return exitCode;
}

async function backupOne(invocation: BackupInvocation, app: AppSetup | null): Promise<ExitCode> {
  const { flags, terminal } = invocation;
  const ping = pingOptions(flags.ping ?? app?.ping ?? null, invocation);
  if (app !== null && await isYoung(invocation, app)) return EXIT.done;
  const codeOf = ({ exitCode, looksWrong }: BackupResult) =>
    worstExit([exitCode, ...(flags.alert && looksWrong.length > 0 ? [EXIT.attention] : [])]);
  const make = () => makeBackup(invocation, app);
  const result = await pinged(ping, make, (result) => ({ exitCode: codeOf(result), counts: countsOf(result) }));
  if (!flags.json) terminal.tell(`${result.path}\n`);
  return codeOf(result);
}

/** For pings: counts, no names. */
function countsOf({ tables, totalRows, media, bytes }: BackupResult): PingOutcome["counts"] {
  return { tables, rows: totalRows, media, bytes };
}

/** Makes a backup: of an app as it was set up, where the command line does not say otherwise. It prints no path. */
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

/** The vault that a backup goes into; null when it is to be a file. */
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
  { flags, terminal }: BackupInvocation,
  vault: string,
  options: Omit<BackupOptions, "destination">,
): Promise<BackupResult> {
  const { result, taken: { snapshot } } = await backupIntoVault(vault, flags.resume, options);
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

/** Where earlier backups are looked for: in the folder that this one goes to, also when it goes on there. */
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
  const reuse = flags.reuse === null ? null : await chooseSnapshot(flags.reuse, sourceContext(invocation));
  const reuses = !flags["no-reuse"] && !flags["no-media"];
  if (vault !== null && reuse === null) return earlierInVault(vault, reuses);
  const { kind, path } = destination ?? { kind: "file", path: "" };
  const folder = kind === "directory" ? path : kind === "partial" ? dirname(path) : null;
  return earlierBackup({ folder, reuse, reuses });
}

/** Whether the newest backup is young enough; it is said then. */
async function isYoung(invocation: BackupInvocation, app: AppSetup): Promise<boolean> {
  const { flags, terminal, clock } = invocation;
  if (flags["if-older"] === null) return false;
  const newest = await newestBackup(invocation, flags.vault ?? flags.output ?? app.to, app.name);
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
