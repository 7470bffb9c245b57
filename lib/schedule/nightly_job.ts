/**
 * What a system should run every night, and what it needs for that. Plain data.
 */

/** Programs that run jobs by the clock: on Linux, on any Unix, on macOS, on Windows. */
export type Scheduler = "systemd" | "cron" | "launchd" | "windows";

/** A backup that runs every night. */
export interface NightlyJob {
  /** Name of the app; a word that never needs quotes. */
  readonly app: string;
  /** The program and the words before its command: a single file, or Deno with the module to run. */
  readonly program: readonly string[];
  readonly hour: number;
  readonly minute: number;
  /** Folder of apps, if the program would not find it by itself. */
  readonly config: string | null;
}

/** A backup younger than this is enough: so a missed night is made up for, and no night is done twice. */
const ENOUGH = "20h";

/** The words of the command that makes the backup. */
export function backupWords({ app, program }: NightlyJob): readonly string[] {
  return [...program, "backup", app, "--if-older", ENOUGH];
}

/** The words of the command that only reports a failed backup. */
export function failureWords({ app, program }: NightlyJob): readonly string[] {
  return [...program, "backup", app, "--tell-failure"];
}

/** Name of the variable with the folder of apps. */
export const CONFIG_VARIABLE = "ANVIL_SQLITE_CONFIG";

/** A file to be written. */
export interface ScheduleFile {
  /** Path below the folder in which the system wants its files. */
  readonly name: string;
  readonly text: string;
}

/** A command for the user to type. */
export interface ScheduleStep {
  readonly command: string;
  /** What it does, as the end of a sentence; empty for the command that switches the schedule on. */
  readonly why: string;
}

/** Minutes and hours with two digits. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
