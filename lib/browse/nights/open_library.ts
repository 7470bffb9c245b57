/**
 * Opens what a user names as nights that pages can show: one file, or all backups of an app in a folder or a vault.
 * Files of the forum scripts are shown as archives made from them.
 */
import { resolve } from "../../deps.ts";
import { forumAsArchive } from "../../forum/as_archive.ts";
import { isForumPath } from "../../forum/is_forum_path.ts";
import { type BackupCheck, checksFolder, lastGood, readChecks } from "../../source/checks.ts";
import { chooseSnapshot, type ChosenSnapshot } from "../../source/choose_snapshot.ts";
import type { SourceContext } from "../../source/context.ts";
import { fileSnapshot } from "../../source/file_snapshot.ts";
import { findSource, listPlace } from "../../source/find_source.ts";
import { groupKey, inOrder, type SourceSnapshot } from "../../source/snapshot.ts";
import { type Library, type Night, nightKey } from "../model/night.ts";

/** Where the file of a night is, or how it is made. */
export type NightOrigin =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "vault"; readonly path: string; readonly number: number };

/** A library with the origins of its nights. */
interface OpenLibrary extends AsyncDisposable {
  readonly library: Library;
  /** By the keys of nights. */
  readonly origins: ReadonlyMap<string, NightOrigin>;
}

/**
 * Opens the backups of a source. `@WHEN` says which night is shown first.
 * @throws {AnvilSqliteError} as `findSource`, `chooseSnapshot` and `openArchive`
 */
export async function openLibrary(text: string, context: SourceContext): Promise<OpenLibrary> {
  const source = await findSource(text, context);
  const { place, when } = source;
  const checks = await readChecks(checksFolder(source));
  if (place.kind === "file" && when === null) return await openFile(text, place.path, checks);
  const chosen = await chooseSnapshot(text, context);
  const { snapshots } = await listPlace(place, context);
  const shown = snapshots.find(({ name }) => name === chosen.name);
  const group = snapshots.filter(({ app }) => shown !== undefined && groupKey(app) === groupKey(shown.app));
  return {
    ...libraryOf(
      text,
      chosen,
      inOrder(group),
      group.length === snapshots.length,
      provenBy(checks, shown?.digest ?? ""),
    ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openFile(text: string, path: string, checks: readonly BackupCheck[]): Promise<OpenLibrary> {
  await using stack = new AsyncDisposableStack();
  const forum = await isForumPath(path) ? stack.use(await forumAsArchive(path)) : null;
  const archive = forum?.path ?? path;
  const snapshot = await fileSnapshot(archive);
  const start = snapshot.isBackup ? snapshot.start : null;
  const night: Night = {
    ...factsOf(snapshot),
    key: nightKey(start, new Set()),
    source: path,
    start: start?.getTime() ?? null,
    complete: snapshot.complete && (forum?.isWhole ?? true),
  };
  const owned = stack.move();
  return {
    library: {
      source: text,
      kind: "file",
      vault: null,
      app: snapshot.app.name ?? "",
      nights: [night],
      newest: night.key,
      proven: provenBy(checks, snapshot.digest),
    },
    origins: new Map([[night.key, { kind: "file", path: resolve(archive) }]]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function libraryOf(
  text: string,
  chosen: ChosenSnapshot,
  oldestFirst: readonly SourceSnapshot[],
  isAlone: boolean,
  proven: Library["proven"],
): Pick<OpenLibrary, "library" | "origins"> {
  const { place } = chosen.source;
  const keys = new Set<string>();
  const nights: Night[] = [];
  const origins = new Map<string, NightOrigin>();
  let newest = "";
  for (const snapshot of oldestFirst) {
    const key = nightKey(snapshot.start, keys);
    keys.add(key);
    const isOne = oldestFirst.filter(({ start }) => start.getTime() === snapshot.start.getTime()).length === 1;
    const isNamedByTime = snapshot.complete && isOne && isAlone && place.kind !== "pattern";
    nights.push({
      ...factsOf(snapshot),
      key,
      source: isNamedByTime ? `${place.path}@${snapshot.start.toISOString().replace(".000Z", "Z")}` : snapshot.name,
      start: snapshot.start.getTime(),
    });
    origins.set(
      key,
      snapshot.number === null
        ? { kind: "file", path: resolve(snapshot.name) }
        : { kind: "vault", path: resolve(place.path), number: snapshot.number },
    );
    if (snapshot.name === chosen.name) newest = key;
  }
  const kind = place.kind === "vault" ? "vault" : place.kind === "file" ? "file" : "folder";
  const app = oldestFirst.findLast(({ app }) => app.name !== null)?.app.name ?? chosen.source.appName ?? "";
  return {
    library: {
      source: text,
      kind,
      vault: kind === "vault" ? resolve(place.path) : null,
      app,
      nights: nights.reverse(),
      newest,
      proven,
    },
    origins,
  };
}

/** When a backup was last proven; of a drill and a check at the same time, the drill. */
function provenBy(checks: readonly BackupCheck[], digest: string): Library["proven"] {
  const { drill, verify } = lastGood(checks, digest);
  if (drill !== undefined && (verify === undefined || drill >= verify)) {
    return { when: drill.getTime(), how: "drilled" };
  }
  return verify === undefined ? null : { when: verify.getTime(), how: "verified" };
}

function factsOf({ number, complete, sameMoment, rows, bytes, looksWrong, changes }: SourceSnapshot) {
  const more = Object.entries(changes ?? {}).map(([table, { added, removed }]) => [table, added - removed] as const);
  const rowChanges = changes ? Object.fromEntries(more) : null;
  return { number, complete, sameMoment, rows, bytes, looksWrong, rowChanges };
}
