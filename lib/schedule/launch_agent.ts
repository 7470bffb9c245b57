/**
 * A launch agent of macOS: it runs at its time, as soon as the machine wakes if it was asleep then, and when the user
 * logs in. Pure.
 */
import { shellWord } from "./cron_lines.ts";
import { backupWords, CONFIG_VARIABLE, type NightlyJob, type ScheduleFile, type ScheduleStep } from "./nightly_job.ts";
import { type Xml, xmlText } from "./xml_text.ts";

/** Reverse of a domain, as launchd.plist(5) advises. */
function label({ app }: NightlyJob): string {
  return `io.github.anvil-sqlite.${app}`;
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

/** The property list. The program's messages go to a file that Console.app shows. */
export function launchAgent(job: NightlyJob, home: string): ScheduleFile {
  const log = `${home}/Library/Logs/anvil-sqlite-${job.app}.log`;
  const dict: Xml[] = [
    ...entry("Label", ["string", label(job)]),
    ...entry("ProgramArguments", ["array", backupWords(job).map((word): Xml => ["string", word])]),
    ...(job.config === null
      ? []
      : entry("EnvironmentVariables", ["dict", entry(CONFIG_VARIABLE, ["string", job.config])])),
    ...entry("StartCalendarInterval", [
      "dict",
      [...entry("Hour", ["integer", String(job.hour)]), ...entry("Minute", ["integer", String(job.minute)])],
    ]),
    ...entry("RunAtLoad", ["true", []]),
    ...entry("ProcessType", ["string", "Background"]),
    ...entry("StandardOutPath", ["string", log]),
    ...entry("StandardErrorPath", ["string", log]),
  ];
  return { name: `${label(job)}.plist`, text: HEAD + xmlText(["plist", [["dict", dict]], 'version="1.0"']) };
}

/** The commands for the user. */
export function launchdSteps(
  job: NightlyJob,
  path: string,
): { readonly on: readonly ScheduleStep[]; readonly off: string } {
  const off = `launchctl bootout gui/$(id -u)/${label(job)}`;
  return { on: [{ command: `launchctl bootstrap gui/$(id -u) ${shellWord(path)}`, why: "" }], off };
}

function entry(key: string, value: Xml): readonly Xml[] {
  return [["key", key], value];
}
