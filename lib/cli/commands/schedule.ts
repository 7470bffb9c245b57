/**
 * `schedule`: shows or writes what the system needs to run a backup every night, and says how to switch it on.
 */
import { join, resolve } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { Scheduler } from "../../schedule/nightly_job.ts";
import { planSchedule, type SchedulePlan } from "../../schedule/plan_schedule.ts";
import { writeSchedule } from "../../schedule/write_schedule.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { appStore } from "../input/apps.ts";
import { ownProgram } from "../input/own_program.ts";
import type { SCHEDULE } from "../descriptions/schedule.ts";
import type { Invocation, Surroundings } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";

/** Runs `schedule` and returns its exit code. */
export async function run(invocation: Invocation<typeof SCHEDULE>): Promise<ExitCode> {
  const { positionals: { name }, flags, terminal } = invocation;
  const time = flags.at === null ? null : readTime(flags.at);
  const app = await appStore(invocation).get(name);
  const plan = await scheduleOf(invocation, app.name, { system: flags.system, time, program: flags.program });
  if (flags.write) await writeSchedule(plan);
  if (flags.json) terminal.out(`${jsonText(scheduleJson(name, plan, flags.write), 2)}\n`);
  else terminal.out(flags.write ? writtenText(plan) : shownText(plan, name));
  return EXIT.done;
}

/** What a user may set for a schedule; null for what was not set. */
interface ScheduleWishes {
  readonly system: Scheduler | null;
  readonly time: Time | null;
  readonly program: string | null;
}

interface Time {
  readonly hour: number;
  readonly minute: number;
}

/**
 * The schedule of an app on this system.
 * @throws {AnvilSqliteError} `no-config-folder` (exit 2), and as `ownProgram`
 */
export async function scheduleOf(
  run: Pick<Surroundings, "environment" | "mainModule">,
  app: string,
  { system, time, program }: ScheduleWishes = { system: null, time: null, program: null },
): Promise<SchedulePlan> {
  const { folder, home } = appStore(run);
  if (folder === null || home === null) {
    throw new AnvilSqliteError("It is not known which folder is yours", {
      code: "no-config-folder",
      hint: "Set HOME (on Windows: USERPROFILE and APPDATA).",
    });
  }
  const { environment } = run;
  const isElsewhere = environment.get("ANVIL_SQLITE_CONFIG") !== null || environment.get("XDG_CONFIG_HOME") !== null;
  return planSchedule(system ?? await systemHere(), {
    app,
    program: program === null ? ownProgram(run.mainModule) : [resolve(program)],
    ...time ?? { hour: 2, minute: minuteOf(app) },
    config: isElsewhere ? resolve(folder) : null,
  }, { home, settings: environment.get("XDG_CONFIG_HOME") ?? join(home, ".config"), config: resolve(folder) });
}

/** What starts programs by the clock on this system. */
async function systemHere(): Promise<Scheduler> {
  switch (Deno.build.os) {
    case "windows":
      return "windows";
    case "darwin":
      return "launchd";
    default:
      // systemd makes this folder when it runs the system (sd_booted(3)).
      return await Deno.stat("/run/systemd/system").then(() => "systemd" as const, () => "cron" as const);
  }
}

/** A minute that depends on the name, so that not all apps ask the server at the same time. */
function minuteOf(name: string): number {
  return [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 60, 7);
}

export function readTime(text: string): Time {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const time = { hour: Number(hour), minute: Number(minute) };
  if (time.hour < 24 && time.minute < 60) return time;
  throw usageError(`Flag '--at' cannot be '${text}'`, "It is a time of the day such as 02:30.");
}

function scheduleJson(app: string, { scheduler, files, on, off }: SchedulePlan, written: boolean) {
  return { app, written, system: scheduler, files, on, off };
}

function shownText({ files, on }: SchedulePlan, name: string): string {
  const texts = files.map(({ path, text }) => `# ${path}\n${text}\n`);
  return `${texts.join("")}# 'anvil-sqlite schedule ${name} --write' writes ${files.length === 1 ? "it" : "them"}. ` +
    `Then this switches it on:\n#   ${on.map(({ command }) => command).join("\n#   ")}\n`;
}

/** What was written, and what the user still has to do. */
export function writtenText({ files, on, off }: SchedulePlan): string {
  const steps = on.map(({ command, why }) => why === "" ? `  ${command}\n` : `And this, ${why}:\n  ${command}\n`);
  return `Written:\n${files.map(({ path }) => `  ${path}\n`).join("")}` +
    `Not running yet. This switches it on:\n${steps.join("")}To switch it off again:\n  ${off}\n`;
}
