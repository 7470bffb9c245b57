/**
 * `setup`: from nothing to an app that is backed up every night. It asks and checks everything first and stores it at
 * the end, all at once. A user who leaves before that has changed nothing.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { AppStore } from "../../apps/app_store.ts";
import type { BackupResult } from "../../backup/run_backup.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { SchedulePlan } from "../../schedule/plan_schedule.ts";
import { writeSchedule } from "../../schedule/write_schedule.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { PROGRAM } from "../../version.ts";
import { BACKUP } from "../descriptions/backup.ts";
import type { SETUP } from "../descriptions/setup.ts";
import { appStore } from "../input/apps.ts";
import type { Invocation } from "../model/command.ts";
import { parseCommand } from "../model/parse_command.ts";
import { usageError } from "../model/usage_error.ts";
import { checkedName, chooseDrill, chooseKeep, choosePing, choosePlace, keepOfFlags } from "../setup/answers.ts";
import { Questions } from "../setup/questions.ts";
import { chooseReach } from "../setup/reach_app.ts";
import { keepInOrder } from "../backing_up/after_backup.ts";
import { makeBackup } from "../backing_up/make_backup.ts";
import { run as status } from "./status.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { STATUS } from "../descriptions/status.ts";
import { readTime, scheduleOf, writtenText } from "./schedule.ts";

type SetupInvocation = Invocation<typeof SETUP>;

/** Runs `setup` and returns its exit code. */
export async function run(invocation: SetupInvocation): Promise<ExitCode> {
  const { flags, terminal } = invocation;
  if (flags.json && !flags.yes) throw usageError("Flag '--json' goes with --yes", "Questions are for a terminal.");
  keepOfFlags(invocation);
  const time = flags.at === null ? null : readTime(flags.at);
  const store = appStore(invocation);
  const ask = flags.yes ? null : new Questions(invocation);
  const { app, key } = await answers(invocation, store, ask);
  await store.save(app, key);
  const say = (line: string) => flags.json ? undefined : terminal.line(line);
  say(`Saved: ${store.pathOf(app.name)}${key === null ? "" : `\nIts key: ${app.keyFile}`}`);
  const made = await firstBackup(invocation, app, ask);
  const schedule = await writtenSchedule(invocation, app, ask, time);
  if (flags.json) {
    terminal.out(`${jsonText(outcome(store, app, made, schedule), 2)}\n`);
    return made?.exitCode ?? EXIT.done;
  }
  if (schedule !== null) terminal.out(writtenText(schedule));
  if (made !== null) await showStatus(invocation, app);
  say(`From now on: '${PROGRAM} backup ${app.name}' backs it up, '${PROGRAM} status' says whether all is well.`);
  return made?.exitCode ?? EXIT.done;
}

/** All answers, already checked; nothing is stored yet. */
async function answers(
  invocation: SetupInvocation,
  store: AppStore,
  ask: Questions | null,
): Promise<{ readonly app: AppSetup; readonly key: string | null }> {
  const { flags } = invocation;
  const name = await chooseName(invocation, ask);
  const before = await store.find(name);
  if (before !== null) ask?.say(`'${name}' is set up already. Enter keeps what is there.`);
  const { url, key, keyFile } = await chooseReach(invocation, store, { name, before }, ask);
  const app: AppSetup = {
    name,
    url,
    keyFile,
    to: await choosePlace(invocation, store, { name, before }, ask),
    keep: await chooseKeep(invocation, before, ask),
    drillMs: await chooseDrill(invocation, before, ask),
    ping: await choosePing(invocation, before, ask),
    label: flags.label.length > 0 ? flags.label : before?.label ?? [],
    exclude: flags.exclude.length > 0 ? flags.exclude : before?.exclude ?? [],
  };
  return { app, key };
}

async function chooseName({ positionals }: SetupInvocation, ask: Questions | null): Promise<string> {
  if (positionals.name !== null) return checkedName(positionals.name);
  if (ask === null) throw usageError("'setup' needs a name with --yes", "Such as: setup bookshop --yes");
  return await ask.ask("What do you call this app? A short word, such as bookshop:", null, checkedName);
}

/** The first backup; null when the user wants none. */
async function firstBackup(
  invocation: SetupInvocation,
  app: AppSetup,
  ask: Questions | null,
): Promise<BackupResult | null> {
  const { flags, environment } = invocation;
  if (flags["no-backup"] || await ask?.askWhether("Make a first backup now?", true) === false) return null;
  const parsed = parseCommand(BACKUP, [app.name, ...(flags.json ? ["--quiet"] : [])], environment);
  if (parsed === "help") return null;
  const result = await makeBackup({ ...invocation, ...parsed }, app);
  if (result.exitCode !== EXIT.done) return result;
  const progress = chooseProgress(invocation.terminal, { json: false, quiet: flags.json }, invocation.clock);
  await keepInOrder(invocation, app, progress).finally(() => progress.close());
  return result;
}

/** Prints the line of `status`. */
async function showStatus(invocation: SetupInvocation, app: AppSetup): Promise<void> {
  const parsed = parseCommand(STATUS, [app.name], invocation.environment);
  if (parsed !== "help") await status({ ...invocation, ...parsed });
}

/** The schedule as it was written; null when the user wants none. */
async function writtenSchedule(
  invocation: SetupInvocation,
  app: AppSetup,
  ask: Questions | null,
  time: ReturnType<typeof readTime> | null,
): Promise<SchedulePlan | null> {
  if (invocation.flags["no-schedule"]) return null;
  const question = "Write what this system needs to back it up every night? You switch it on yourself.";
  if (await ask?.askWhether(question, true) === false) return null;
  const plan = await scheduleOf(invocation, app.name, { system: null, time, program: null });
  await writeSchedule(plan);
  return plan;
}

function outcome(store: AppStore, app: AppSetup, made: BackupResult | null, schedule: SchedulePlan | null) {
  return {
    app: app.name,
    path: store.pathOf(app.name),
    keyFile: app.keyFile,
    to: app.to,
    backup: made?.path ?? null,
    exitCode: made?.exitCode ?? EXIT.done,
    schedule: schedule === null ? null : {
      system: schedule.scheduler,
      files: schedule.files.map(({ path }) => path),
      on: schedule.on.map(({ command }) => command),
      off: schedule.off,
    },
  };
}
