/**
 * A task of Windows Task Scheduler. Its elements are in the order in which Task Scheduler itself writes them, since
 * parts of its schema are sequences (learn.microsoft.com, "Task Scheduler Schema"). Pure.
 */
import {
  backupWords,
  CONFIG_VARIABLE,
  type NightlyJob,
  type ScheduleFile,
  type ScheduleStep,
  twoDigits,
} from "./nightly_job.ts";
import { type Xml, xmlText } from "./xml_text.ts";

/** Any day in the past: the task begins then, and runs every day from then on. */
const FIRST_DAY = "2026-01-01";

const NAMESPACE = 'version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"';

/** The task. `schtasks` accepts UTF-16 only when the text says so, and every Windows reads that. */
export function windowsTask(job: NightlyJob): ScheduleFile {
  const start = `${FIRST_DAY}T${twoDigits(job.hour)}:${twoDigits(job.minute)}:00`;
  const task: Xml = ["Task", [
    ["RegistrationInfo", [["Description", `Back up ${job.app} every night with anvil-sqlite`]]],
    ["Triggers", [
      ["CalendarTrigger", [
        ["StartBoundary", start],
        ["Enabled", "true"],
        ["ScheduleByDay", [["DaysInterval", "1"]]],
      ]],
    ]],
    ["Principals", [
      ["Principal", [["LogonType", "InteractiveToken"], ["RunLevel", "LeastPrivilege"]], 'id="Author"'],
    ]],
    ["Settings", [
      ["MultipleInstancesPolicy", "IgnoreNew"],
      ["DisallowStartIfOnBatteries", "false"],
      ["StopIfGoingOnBatteries", "false"],
      // After a night when the machine was off: as soon as it is on again.
      ["StartWhenAvailable", "true"],
      ["Enabled", "true"],
      ["ExecutionTimeLimit", "PT12H"],
      ["Priority", "7"],
    ]],
    ["Actions", [["Exec", action(job)]], 'Context="Author"'],
  ], NAMESPACE];
  return { name: `${job.app}.xml`, text: `<?xml version="1.0" encoding="UTF-16"?>\n${xmlText(task)}` };
}

/** The commands for the user. */
export function windowsSteps(
  { app }: NightlyJob,
  path: string,
): { readonly on: readonly ScheduleStep[]; readonly off: string } {
  const name = `"anvil-sqlite ${app}"`;
  return {
    on: [{ command: `schtasks /Create /F /TN ${name} /XML "${path}"`, why: "" }],
    off: `schtasks /Delete /F /TN ${name}`,
  };
}

/** A task has no environment variables of its own, so the command interpreter sets one if it is needed. */
function action(job: NightlyJob): readonly Xml[] {
  const [program = "", ...rest] = backupWords(job);
  const words = rest.map(windowsWord).join(" ");
  if (job.config === null) return [["Command", program], ["Arguments", words]];
  const set = `set "${CONFIG_VARIABLE}=${job.config}"`;
  return [["Command", "cmd.exe"], ["Arguments", `/d /s /c "${set} && ${windowsWord(program)} ${words}"`]];
}

/** A word for the command line of Windows programs: no path there can contain a quotation mark. */
function windowsWord(word: string): string {
  return /^[\w.:=,@\\/+-]+$/.test(word) ? word : `"${word}"`;
}
