/**
 * What a system needs to run a backup every night: files with their places, and the commands that switch it on and off.
 * It writes nothing and runs nothing. Pure.
 */
import { join } from "../deps.ts";
import { cronLines, cronSteps } from "./cron_lines.ts";
import { launchAgent, launchdSteps } from "./launch_agent.ts";
import type { NightlyJob, ScheduleFile, Scheduler, ScheduleStep } from "./nightly_job.ts";
import { systemdSteps, systemdUnits } from "./systemd_units.ts";
import { windowsSteps, windowsTask } from "./windows_task.ts";

/** Folders for files. */
interface SchedulePlaces {
  /** The user's own folder. */
  readonly home: string;
  /** Where systemd looks for units of the user: below XDG_CONFIG_HOME. */
  readonly settings: string;
  /** The folder of apps, for files that no system looks for. */
  readonly config: string;
}

/** A schedule that is not written yet. */
export interface SchedulePlan {
  readonly scheduler: Scheduler;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Commands that switch it on; the most important comes first. */
  readonly on: readonly ScheduleStep[];
  /** The command that switches it off. */
  readonly off: string;
}

/** Plans a schedule for one of the systems. */
export function planSchedule(scheduler: Scheduler, job: NightlyJob, places: SchedulePlaces): SchedulePlan {
  const own = join(places.config, "schedules");
  switch (scheduler) {
    case "systemd":
      return {
        scheduler,
        files: placed(systemdUnits(job), join(places.settings, "systemd", "user")),
        ...systemdSteps(job),
      };
    case "cron": {
      const file = cronLines(job);
      return { scheduler, files: placed([file], own), ...cronSteps(job, join(own, file.name)) };
    }
    case "launchd": {
      const folder = join(places.home, "Library", "LaunchAgents");
      const file = launchAgent(job, places.home);
      return { scheduler, files: placed([file], folder), ...launchdSteps(job, join(folder, file.name)) };
    }
    case "windows": {
      const file = windowsTask(job);
      return { scheduler, files: placed([file], own), ...windowsSteps(job, join(own, file.name)) };
    }
  }
}

function placed(files: readonly ScheduleFile[], folder: string): SchedulePlan["files"] {
  return files.map(({ name, text }) => ({ path: join(folder, name), text }));
}
