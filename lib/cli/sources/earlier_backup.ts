/**
 * The backups before the one that a command makes: in the folder that it goes to, or where `--reuse` says. The newest
 * complete one shows what looks wrong now. Media that cannot have changed are taken from one of them.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { type EarlierMedia, earlierMedia } from "../../archive/media/earlier_media.ts";
import type { BackupOptions } from "../../backup/backup_options.ts";
import { predecessorOf } from "../../backup/looks_wrong.ts";
import type { ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { fileAt, fileSnapshot } from "../../source/file_snapshot.ts";
import { filesIn, listFiles } from "../../source/folder.ts";
import { passedOverLines } from "../../source/passed_over_lines.ts";
import {
  groupKey,
  groupName,
  type SnapshotApp,
  type SnapshotFile,
  type SourceSnapshot,
} from "../../source/snapshot.ts";
import { usageError } from "../model/usage_error.ts";

/** What the command line says about earlier backups. */
interface EarlierChoice {
  /** The folder that the backup goes to; null when it goes to a single file. */
  readonly folder: string | null;
  /** `--reuse`. */
  readonly reuse: ChosenSnapshot | null;
  /** Whether media are taken from earlier backups at all. */
  readonly reuses: boolean;
  /** Receives a line about backups that cannot be read. */
  readonly note: (line: string) => void;
}

/** Finds earlier backups, once the app is known. */
export function earlierBackup({ folder, reuse, reuses, note }: EarlierChoice): NonNullable<BackupOptions["earlier"]> {
  return async (app) => {
    const files = folder === null ? [] : await ofApp(folder, app, note);
    const complete = files.findLast((one) => one.complete) ?? null;
    await using stack = new AsyncDisposableStack();
    const predecessor = complete === null
      ? null
      : predecessorOf(stack.use(await openArchive(complete.name)), complete.bytes);
    const source = reuse !== null ? await checkedFile(reuse, app) : reuses ? newestOf(files, app) : null;
    const media = source === null ? null : await mediaOf(source, stack);
    const opened = stack.move();
    return { predecessor, media, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  };
}

async function mediaOf(file: SnapshotFile, stack: AsyncDisposableStack): Promise<EarlierMedia> {
  const { path } = stack.use(file);
  return stack.use(earlierMedia(stack.use(await openArchive(path)).engine));
}

/** Backups of an app in a folder that may not exist yet, the oldest first. */
async function ofApp(
  folder: string,
  app: SnapshotApp,
  note: EarlierChoice["note"],
): Promise<readonly SourceSnapshot[]> {
  const isThere = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  if (!isThere) return [];
  const { snapshots, passedOver } = await listFiles(await filesIn(folder));
  for (const line of passedOverLines(passedOver, true)) note(line);
  return snapshots.filter((one) => groupKey(one.app) === groupKey(app));
}

/** An App Server's apps have no ids: another database may give the same ids to other media there. */
function newestOf(files: readonly SourceSnapshot[], app: SnapshotApp): SnapshotFile | null {
  const newest = files.at(-1);
  return newest === undefined || app.id === "" ? null : fileAt(newest.name);
}

/** @throws {AnvilSqliteError} `usage` (exit 2) for a backup of another app */
async function checkedFile({ name, open }: ChosenSnapshot, app: SnapshotApp): Promise<SnapshotFile> {
  const file = await open();
  const { app: other } = await fileSnapshot(file.path);
  if (groupKey(other) === groupKey(app)) return file;
  await file[Symbol.asyncDispose]();
  throw usageError(
    `'${name}' is a backup of ${groupName(other)}, and this one is of ${groupName(app)}`,
    "Media can be taken from a backup of the same app and environment only.",
  );
}
