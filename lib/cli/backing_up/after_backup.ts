/**
 * What is done after a complete backup in which nothing looks wrong. A restore is tried on this machine when that is
 * due; then old backups are removed by the rules that were set up. When this fails, the backup is as good as before:
 * only a warning is shown.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import { openSource } from "../../restore/plan/open_backup.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { planPrune } from "../../retention/plan_prune.ts";
import { removeFiles } from "../../retention/remove_files.ts";
import { runDrill } from "../../round_trip/drill.ts";
import { checksFolder, lastGood, readChecks } from "../../source/checks.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { QuietProgress } from "../../ui/progress/quiet_progress.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { pruneVault } from "../../vault/prune/prune_vault.ts";
import { keepCheck } from "../sources/keep_check.ts";
import { listedPlace } from "../sources/listed_place.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Surroundings } from "../model/command.ts";
import { warningLine } from "../terminal/warning_line.ts";

/**
 * Tries a restore if that is due, then removes old backups. @returns 4 when the drill found a difference; then nothing
 * is removed
 */
export async function keepInOrder(run: Surroundings, app: AppSetup, progress: Progress): Promise<ExitCode> {
  if (await isDrillDue(run, app) && !await drill(run, app, progress)) return EXIT.different;
  await prune(run, app, progress);
  return EXIT.done;
}

/** Whether the last good drill of this app is missing or too old. */
async function isDrillDue(run: Surroundings, { name, drillMs }: AppSetup): Promise<boolean> {
  if (drillMs === null) return false;
  const { source, groups } = await listedPlace(name, quietContext(run));
  const checks = await readChecks(checksFolder(source));
  const times = groups.flatMap(({ snapshots }) => snapshots).map(({ digest }) => lastGood(checks, digest).drill);
  return times.every((time) => time === undefined || run.clock.now() - time.getTime() >= drillMs);
}

async function drill(run: Surroundings, { name }: AppSetup, progress: Progress): Promise<boolean> {
  const { clock, signal, terminal } = run;
  progress.report({ type: "step", what: "Trying a restore on this machine" });
  const chosen = await chooseSnapshot(name, quietContext(run));
  await using file = await chosen.open();
  await using source = await openSource(file.path, { force: false, onStep: () => signal.throwIfAborted() });
  const { archive } = source;
  const silent = new QuietProgress(terminal);
  const { result: { proof } } = await runDrill({ archive, progress: silent, clock, signal, storage: "classic" });
  const isGood = proof.differing === 0;
  const digest = String(archive.catalogue.provenance.get("digest") ?? "");
  await keepCheck(run, chosen, { digest, kind: "drill", isGood });
  progress.report({ type: "drilled", good: isGood, rows: proof.rows });
  if (!isGood) {
    const message = `The restore that was tried differs from '${chosen.name}': see 'anvil-sqlite drill ${name}'`;
    terminal.line(warningLine(plainText(message), terminal.color));
  }
  return isGood;
}

async function prune(run: Surroundings, { name, keep }: AppSetup, progress: Progress): Promise<void> {
  if (Object.values(keep).every((rule) => rule === null)) return;
  try {
    const { source, groups, passedOver } = await listedPlace(name, quietContext(run));
    const plan = await planPrune(source, groups, passedOver, keep);
    const numbers = plan.groups.flatMap(({ gone }) => gone.flatMap(({ number }) => number ?? []));
    const { path, kind } = source.place;
    const removed = kind !== "vault" ? await removeFiles(plan) : numbers.length;
    if (kind === "vault" && numbers.length > 0) {
      await pruneVault(path, numbers, { compact: false, onStep: () => run.signal.throwIfAborted() });
    }
    if (removed > 0) progress.report({ type: "pruned", removed });
  } catch (error) {
    if (!(error instanceof AnvilSqliteError) || error.exitCode === EXIT.interrupted) throw error;
    const message = `Old backups could not be removed: ${error.message}`;
    run.terminal.line(warningLine(plainText(message), run.terminal.color));
  }
}

/** Files that are passed over in the folder were reported before, or do not matter here. */
function quietContext(run: Surroundings): ReturnType<typeof sourceContext> {
  return { ...sourceContext(run), note: () => {} };
}
