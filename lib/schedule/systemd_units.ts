/**
 * A systemd timer of the user, the service that it starts, and a service that reports a failure. Pure.
 */
import {
  backupWords,
  CONFIG_VARIABLE,
  failureWords,
  type NightlyJob,
  type ScheduleFile,
  type ScheduleStep,
  twoDigits,
} from "./nightly_job.ts";

/** Name of the units of an app, without their endings. */
function unitName({ app }: NightlyJob): string {
  return `anvil-sqlite-${app}`;
}

/** The three units. */
export function systemdUnits(job: NightlyJob): readonly ScheduleFile[] {
  const name = unitName(job);
  return [
    {
      name: `${name}.service`,
      text: unit([
        ["Unit", [`Description=Back up ${job.app} with anvil-sqlite`, `OnFailure=${name}-failed.service`]],
        ["Service", ["Type=oneshot", ...environment(job), `ExecStart=${commandLine(backupWords(job))}`, "Nice=10"]],
      ]),
    },
    {
      name: `${name}.timer`,
      text: unit([
        ["Unit", [`Description=Back up ${job.app} every night`]],
        [
          "Timer",
          [
            `OnCalendar=*-*-* ${twoDigits(job.hour)}:${twoDigits(job.minute)}:00`,
            "# After a night when the machine was off, the backup is made as soon as it is on again.",
            "Persistent=true",
          ],
        ],
        ["Install", ["WantedBy=timers.target"]],
      ]),
    },
    {
      name: `${name}-failed.service`,
      text: unit([
        ["Unit", [`Description=Tell that a backup of ${job.app} failed`]],
        ["Service", ["Type=oneshot", ...environment(job), `ExecStart=${commandLine(failureWords(job))}`]],
      ]),
    },
  ];
}

/** The commands for the user. */
export function systemdSteps(job: NightlyJob): { readonly on: readonly ScheduleStep[]; readonly off: string } {
  const timer = `${unitName(job)}.timer`;
  return {
    on: [
      { command: `systemctl --user enable --now ${timer}`, why: "" },
      { command: "loginctl enable-linger", why: "so that it also runs when you are not logged in" },
    ],
    off: `systemctl --user disable --now ${timer}`,
  };
}

function unit(sections: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return sections.map(([title, lines]) => `[${title}]\n${lines.join("\n")}\n`).join("\n");
}

function environment({ config }: NightlyJob): readonly string[] {
  return config === null ? [] : [`Environment=${quoted(`${CONFIG_VARIABLE}=${config}`)}`];
}

/** `$` begins a variable in a command line, and nowhere else (systemd.service(5)). */
function commandLine(words: readonly string[]): string {
  return words.map((word) => quoted(word.replaceAll("$", "$$$$"))).join(" ");
}

/** `%` begins a specifier, a backslash an escape (systemd.syntax(7)). */
function quoted(word: string): string {
  const safe = word.replaceAll("%", "%%");
  if (/^[\w./:=,@%+$-]+$/.test(safe)) return safe;
  return `"${safe.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
