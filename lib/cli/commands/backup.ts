/**
 * `backup`: one app, or every app that was set up; says how it ended.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BackupResult } from "../../backup/run_backup.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import { pinged, type PingOptions, type PingOutcome, tellFailure } from "../../ping/pinged.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { PROGRAM } from "../../version.ts";
import { keepInOrder } from "../backing_up/after_backup.ts";
import { makeBackup } from "../backing_up/make_backup.ts";
import { isYoung } from "../backing_up/young_enough.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import { appStore, namedApp } from "../input/apps.ts";
import type { Invocation } from "../model/command.ts";
import { pingOptions } from "../input/ping_flag.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Environment, EnvironmentName } from "../terminal/environment.ts";
import { errorDocument } from "../terminal/error_document.ts";
import { reportError } from "../terminal/report.ts";
import { warningLine } from "../terminal/warning_line.ts";

type BackupInvocation = Invocation<typeof BACKUP>;

/** Runs `backup` and returns its exit code. */
export async function run(invocation: BackupInvocation): Promise<ExitCode> {
  const { positionals: { name }, flags } = invocation;
  if (flags["if-older"] !== null && name === null && !flags.all) {
    throw usageError("Flag '--if-older' needs a name, or --all", "It looks at the backups of an app that was set up.");
  }
  if (flags["tell-failure"] && name === null && flags.ping === null) {
    throw usageError("Flag '--tell-failure' needs a name, or --ping URL", "It only pings.");
  }
  if (flags["strict-schema"] && flags.schema === null) {
    throw usageError("Flag '--strict-schema' needs a file to compare with", "Give --schema anvil.yaml too.");
  }
  if (flags.all) return await backupAll(invocation);
  const app = await namedApp(invocation, name);
  return await backupOne(invocation, app);
}

/** Flags that only make sense for one app. */
const OF_ONE = ["key-file", "output", "vault", "resume", "schema", "table", "exclude", "ping"];

/** Variables that name one app. */
const VARIABLES_OF_ONE: readonly EnvironmentName[] = ["ANVIL_UPLINK_KEY", "ANVIL_UPLINK_URL"];

/** Backs up every app in turn. When one fails, the failure is reported and the next one follows. */
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

/** Backs up one app: the only one that was set up, or the one that the command line names. */
async function backupOne(invocation: BackupInvocation, app: AppSetup | null): Promise<ExitCode> {
  const { flags, terminal } = invocation;
  const ping = pingOptions(flags.ping ?? app?.ping ?? null, invocation);
  if (flags["tell-failure"]) return await tellOnly(invocation, ping);
  if (app !== null && await isYoung(invocation, app)) return EXIT.done;
  const made = async () => {
    const result = await makeBackup(invocation, app);
    if (!flags.json) terminal.tell(`${result.path}\n`);
    return { result, exitCode: worstExit([codeOf(invocation, result), await inOrder(invocation, app, result)]) };
  };
  return (await pinged(ping, made, ({ result, exitCode }) => ({ exitCode, counts: countsOf(result) }))).exitCode;
}

async function tellOnly({ terminal }: BackupInvocation, ping: PingOptions | null): Promise<ExitCode> {
  if (ping === null) terminal.line("There is no URL to ping; 'setup' or --ping gives one.");
  else await tellFailure(ping);
  return EXIT.done;
}

function codeOf({ flags }: BackupInvocation, { exitCode, looksWrong }: BackupResult): ExitCode {
  return worstExit([exitCode, ...(flags.alert && looksWrong.length > 0 ? [EXIT.attention] : [])]);
}

/** After a backup to another place, or one that looks wrong, nothing else is done. */
async function inOrder(
  invocation: BackupInvocation,
  app: AppSetup | null,
  { exitCode, looksWrong }: BackupResult,
): Promise<ExitCode> {
  const { flags, terminal, clock } = invocation;
  if (
    app === null || flags.output !== null || flags.vault !== null || exitCode !== EXIT.done || looksWrong.length > 0
  ) return EXIT.done;
  const progress = chooseProgress(terminal, flags, clock);
  return await keepInOrder(invocation, app, progress).finally(() => progress.close());
}

/** For pings: counts, no names. */
function countsOf({ tables, totalRows, media, bytes }: BackupResult): PingOutcome["counts"] {
  return { tables, rows: totalRows, media, bytes };
}
