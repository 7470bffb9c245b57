/**
 * Whether an app already has a backup that is young enough. `--if-older` asks this, and then makes no new one.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { BACKUP } from "../descriptions/backup.ts";
import { newestBackup } from "../sources/newest_backup.ts";
import type { Invocation } from "../model/command.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";

type BackupInvocation = Invocation<typeof BACKUP>;

/** Whether the newest backup is young enough; if so, it says it. */
export async function isYoung(invocation: BackupInvocation, app: AppSetup): Promise<boolean> {
  const { flags, terminal, clock } = invocation;
  if (flags["if-older"] === null) return false;
  const newest = await newestBackup(invocation, flags.vault ?? flags.output ?? app.to, app.name);
  if (newest === null) return false;
  const ageMs = clock.now() - newest.start.getTime();
  if (ageMs >= flags["if-older"]) return false;
  const progress = chooseProgress(terminal, flags, clock);
  progress.report({ type: "not-due", path: newest.name, ageMs });
  progress.close();
  return true;
}
