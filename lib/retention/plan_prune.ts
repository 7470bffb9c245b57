/**
 * What pruning would remove from a place: old backups of each app by the rules, and unfinished files that nobody will
 * finish. It reads, and removes nothing.
 */
import { openArchive } from "../archive/open_archive.ts";
import type { Keep } from "../apps/app_setup.ts";
import { AnvilSqliteError } from "../errors.ts";
import { checksFolder, lastGood, readChecks } from "../source/checks.ts";
import type { Source } from "../source/find_source.ts";
import type { PassedOver } from "../source/folder.ts";
import type { SnapshotGroup } from "../source/groups.ts";
import { appOf, groupKey, type SourceSnapshot } from "../source/snapshot.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { chooseKept } from "./choose_kept.ts";

/** What happens to one app's backups. */
interface PrunedGroup {
  readonly name: string;
  readonly app: SourceSnapshot["app"];
  readonly kept: readonly { readonly snapshot: SourceSnapshot; readonly reasons: readonly string[] }[];
  readonly gone: readonly SourceSnapshot[];
}

/** An unfinished file that is older than the newest complete backup. */
interface UnfinishedFile {
  readonly path: string;
  readonly bytes: number;
}

/** What would be removed. */
export interface PrunePlan {
  readonly groups: readonly PrunedGroup[];
  readonly unfinished: readonly UnfinishedFile[];
  /** Bytes of everything that would be removed. */
  readonly bytes: number;
}

/** Plans the pruning of a place; removes nothing. */
export async function planPrune(
  source: Source,
  groups: readonly SnapshotGroup[],
  passedOver: readonly PassedOver[],
  keep: Keep,
): Promise<PrunePlan> {
  const checks = await readChecks(checksFolder(source));
  const pruned = groups.map(({ name, app, snapshots }): PrunedGroup => {
    const candidates = snapshots.map((snapshot) => ({
      snapshot,
      start: snapshot.start,
      complete: snapshot.complete,
      proven: Object.keys(lastGood(checks, snapshot.digest)).length > 0,
      looksWrong: snapshot.looksWrong.length > 0,
    }));
    const decided = chooseKept(candidates, keep).map(({ snapshot: { snapshot }, reasons }) => ({ snapshot, reasons }));
    return {
      name,
      app,
      kept: decided.filter(({ reasons }) => reasons.length > 0),
      gone: decided.filter(({ reasons }) => reasons.length === 0).map(({ snapshot }) => snapshot),
    };
  });
  const unfinished = source.place.kind === "vault" ? [] : await oldUnfinished(groups, passedOver);
  const bytes = [
    ...pruned.flatMap(({ gone }) => gone.map((one) => one.bytes ?? 0)),
    ...unfinished.map((one) => one.bytes),
  ];
  return { groups: pruned, unfinished, bytes: bytes.reduce((sum, one) => sum + one, 0) };
}

async function oldUnfinished(
  groups: readonly SnapshotGroup[],
  passedOver: readonly PassedOver[],
): Promise<readonly UnfinishedFile[]> {
  const found: UnfinishedFile[] = [];
  for (const { path, reason } of passedOver) {
    if (reason !== "unfinished") continue;
    const newest = await newestComplete(path, groups);
    const { mtime, size } = await Deno.stat(path);
    if (newest !== null && mtime !== null && mtime < newest) found.push({ path, bytes: size });
  }
  return found;
}

/**
 * Start of the newest complete backup of the same app, or of any app if the file does not name one; null while a run is
 * writing the file.
 */
async function newestComplete(path: string, groups: readonly SnapshotGroup[]): Promise<Date | null> {
  let key: string | null = null;
  try {
    using archive = await openArchive(path, { unfinished: true });
    const { provenance } = archive.catalogue;
    if (provenance.has("app_id")) key = groupKey(appOf((name) => textOf(provenance.get(name))));
  } catch (error) {
    if (!(error instanceof AnvilSqliteError) || error.code === "locked") return null;
  }
  const starts = groups.filter(({ app }) => key === null || groupKey(app) === key)
    .flatMap(({ snapshots }) => snapshots.findLast(({ complete }) => complete)?.start ?? []);
  // A file that names no app must be older than all of them.
  return starts.length === 0 ? null : new Date(Math.min(...starts.map((start) => start.getTime())));
}
