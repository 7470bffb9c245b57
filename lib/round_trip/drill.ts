/**
 * The restore drill: everything in an archive goes over a real socket into an empty app on this machine, is read back
 * and compared. It proves that a backup can be restored, before anyone needs it.
 */
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import type { OpenArchive } from "../archive/open_archive.ts";
import type { Clock } from "../clock.ts";
import type { Progress } from "../ui/progress/progress.ts";
import { LIMITS } from "../uplink/limits.ts";
import { join } from "../deps.ts";
import type { StorageStyle } from "../serve/app/snapshot.ts";
import { serveEmptyApp } from "./empty_app.ts";
import type { RestorePlan } from "../restore/plan/restore_plan.ts";
import { CAREFUL, SETTLE_MS, WHOLE } from "../restore/job/restore_options.ts";
import { planRun, type RestoreResult } from "../restore/run/run_restore.ts";

/** What a drill needs. */
interface DrillOptions {
  readonly archive: OpenArchive;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Storage style of the app restored into. Default: classic. */
  readonly storage?: StorageStyle;
}

/** The result of a drill. */
export interface DrillResult {
  readonly plan: RestorePlan;
  readonly result: RestoreResult;
}

/**
 * Runs a drill.
 * @throws {AnvilSqliteError} when the archive cannot be restored at all
 */
export async function runDrill({ archive, progress, clock, signal, storage }: DrillOptions): Promise<DrillResult> {
  await using app = await serveEmptyApp(archive, storage);
  const folder = await makeTemporaryFolder("drill");
  try {
    const options = {
      url: app.url,
      key: app.key,
      archive,
      mode: "empty",
      keys: [],
      selection: WHOLE,
      inPlace: CAREFUL,
      earlierMaps: [],
      media: true,
      inOrder: false,
      mask: null,
      progress,
      clock,
      limits: LIMITS,
      signal,
      settleMs: SETTLE_MS,
    } as const;
    await using run = await planRun(options, { kind: "new", path: join(folder, "drill.idmap.sqlite"), advice: "" });
    return { plan: run.plan, result: await run.apply() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
