/**
 * Two lines for a user's crontab: every night, and after each start of the machine, for a night that was missed. Pure.
 */
import { backupWords, CONFIG_VARIABLE, type NightlyJob, type ScheduleFile, type ScheduleStep } from "./nightly_job.ts";

/** Seconds after the start of a machine before the job runs. */
const AFTER_START_S = 120;

/** The end of an app's lines: a comment for the shell, by which they are found again. */
function mark({ app }: NightlyJob): string {
  return `# anvil-sqlite ${app}`;
}

/** The two lines. Cron sends what is printed on stderr by mail; the path of each backup is not printed there. */
export function cronLines(job: NightlyJob): ScheduleFile {
  const variable = job.config === null ? "" : `${CONFIG_VARIABLE}=${shellWord(job.config)} `;
  const command = `${variable}${[...backupWords(job), "--quiet"].map(shellWord).join(" ")} > /dev/null ${mark(job)}`;
  // In a crontab a bare `%` is a line end (crontab(5)).
  const safe = command.replaceAll("%", "\\%");
  return {
    name: `${job.app}.crontab`,
    text: `${job.minute} ${job.hour} * * * ${safe}\n@reboot sleep ${AFTER_START_S}; ${safe}\n`,
  };
}

/** The commands for the user. Lines of an earlier schedule of the same app are replaced. */
export function cronSteps(
  job: NightlyJob,
  path: string,
): { readonly on: readonly ScheduleStep[]; readonly off: string } {
  const others = `crontab -l 2>/dev/null | grep -v '${mark(job)}$'`;
  return {
    on: [{ command: `(${others}; cat ${shellWord(path)}) | crontab -`, why: "" }],
    off: `${others} | crontab -`,
  };
}

/** A word as a POSIX shell reads it. */
export function shellWord(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
