/** What a system should run every night, and what it needs for that. Plain data. */

/** What runs programs by the clock: on Linux, on any Unix, on macOS, on Windows. */
export type Scheduler = "systemd" | "cron" | "launchd" | "windows";

/** A backup every night. */
export interface NightlyJob {
  /** Name of the app; a word that needs no quotes anywhere. */
  readonly app: string;
  /** The program and the words before its command: a file alone, or Deno with what it is to run. */
  readonly program: readonly string[];
  readonly hour: number;
  readonly minute: number;
  /** Folder of apps, when the program would not find it by itself. */
  readonly config: string | null;
}

/** A backup that is younger than this is enough: so a night that was missed is caught up, and no night is done twice. */
const ENOUGH = "20h";

/** The words that make the backup. */
export function backupWords({ app, program }: NightlyJob): readonly string[] {
  return [...program, "backup", app, "--if-older", ENOUGH];
}

/** The words that only tell that a backup failed. */
export function failureWords({ app, program }: NightlyJob): readonly string[] {
  return [...program, "backup", app, "--tell-failure"];
}

/** Name of the variable that leads to the folder of apps. */
export const CONFIG_VARIABLE = "ANVIL_SQLITE_CONFIG";

/** A file to be written. */
export interface ScheduleFile {
  /** Below the folder that the system wants its files in. */
  readonly name: string;
  readonly text: string;
}

/** A command for the user to type. */
export interface ScheduleStep {
  readonly command: string;
  /** What it does, as the end of a sentence; empty for the one that switches the schedule on. */
  readonly why: string;
}

/** Minutes and hours with two digits. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
