/**
 * Which snapshot of a place is meant: the newest complete one, or the one that `@WHEN` names. When several fit or none
 * does, the error lists the snapshots that exist.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { SourceContext } from "./context.ts";
import { findSource, listPlace, type Source } from "./find_source.ts";
import { fileAt } from "./file_snapshot.ts";
import { notForReading, type PassedOver } from "./folder.ts";
import { passedOverLines } from "./passed_over_lines.ts";
import { groupKey, groupName, inOrder, type SnapshotFile, type SourceSnapshot } from "./snapshot.ts";
import type { When } from "./when.ts";

/** A snapshot that a source means, not opened yet. */
export interface ChosenSnapshot {
  readonly source: Source;
  /** The name that a user can type: a path, or `app.vault@#12`. */
  readonly name: string;
  /**
   * A file of it, which may turn out not to be an archive.
   * @throws {AnvilSqliteError} when a vault cannot extract it
   */
  open(): Promise<SnapshotFile>;
}

/**
 * The one snapshot that a source means.
 * @throws {AnvilSqliteError} `no-such-snapshot`, `ambiguous-source` (exit 2), and as {@link findSource} and {@link listPlace}
 */
export async function chooseSnapshot(text: string, context: SourceContext): Promise<ChosenSnapshot> {
  return await chooseFrom(await findSource(text, context), context);
}

/**
 * The snapshots that several sources mean, each once. A pattern without `@WHEN` means all its files. If there is more
 * than one file, id maps and unfinished files are passed over, because a shell that expands a pattern lists them too.
 * @throws {AnvilSqliteError} as {@link chooseSnapshot}; `no-such-snapshot` when nothing is left
 */
export async function chooseSnapshots(
  texts: readonly string[],
  context: SourceContext,
): Promise<readonly ChosenSnapshot[]> {
  const sources: Source[] = [];
  for (const text of texts) sources.push(await findSource(text, context));
  const chosen: ChosenSnapshot[] = [];
  const passedOver: PassedOver[] = [];
  for (const source of sources) {
    const { place, when } = source;
    const paths = when !== null
      ? null
      : place.kind === "pattern"
      ? place.paths
      : place.kind === "file"
      ? [place.path]
      : null;
    if (paths === null) {
      chosen.push(await chooseFrom(source, context));
      continue;
    }
    for (const path of paths) {
      const passed = sources.length + paths.length > 2 ? await notForReading(path) : null;
      if (passed === null) chosen.push(plainFile(source, path));
      else passedOver.push(passed);
    }
  }
  for (const line of passedOverLines(passedOver, context.quiet)) context.note(line);
  const [first] = sources;
  if (chosen.length === 0 && first !== undefined) throw nothingIn(first);
  return [...Map.groupBy(chosen, ({ name }) => name).values()].flatMap(([one]) => one ?? []);
}

function plainFile(source: Source, path: string): ChosenSnapshot {
  return { source, name: path, open: () => Promise.resolve(fileAt(path)) };
}

async function chooseFrom(source: Source, context: SourceContext): Promise<ChosenSnapshot> {
  const { place, when } = source;
  if (place.kind === "file" && when === null) return plainFile(source, place.path);
  const { snapshots, passedOver } = await listPlace(place, context);
  for (const line of passedOverLines(passedOver, context.quiet)) context.note(line);
  const snapshot = snapshotOf(source, inOrder(snapshots), context);
  return { source, name: snapshot.name, open: snapshot.open };
}

function snapshotOf(source: Source, snapshots: readonly SourceSnapshot[], context: SourceContext): SourceSnapshot {
  const { when } = source;
  if (when?.kind === "number") return numbered(source, snapshots, when.number);
  const group = oneGroup(source, snapshots);
  const complete = group.filter((snapshot) => snapshot.complete);
  const chosen = pick(complete, when);
  if (chosen !== undefined) return chosen;
  const incomplete = complete.length === 0 || when?.kind === "moment" ? pick(group, when) : undefined;
  if (incomplete === undefined) throw nothingThere(source, group);
  context.note(`'${incomplete.name}' is incomplete; there is no complete backup that would do.`);
  return incomplete;
}

/** The oldest comes first. */
function pick(snapshots: readonly SourceSnapshot[], when: Exclude<When, { kind: "number" }> | null) {
  if (when?.kind === "moment") return snapshots.findLast(({ start }) => start <= when.moment);
  return snapshots.at(-1 - (when?.steps ?? 0));
}

/** The snapshots up to the one that `@WHEN` names; all of them without an `@WHEN`. */
export function upTo(source: Source, snapshots: readonly SourceSnapshot[]): readonly SourceSnapshot[] {
  const { when } = source;
  if (when === null) return snapshots;
  if (when.kind === "moment") {
    const before = snapshots.filter(({ start }) => start <= when.moment);
    if (before.length === 0) throw nothingThere(source, snapshots);
    return before;
  }
  const last = when.kind === "number" ? numbered(source, snapshots, when.number) : pick(snapshots, when);
  if (last === undefined) throw nothingThere(source, snapshots);
  return snapshots.slice(0, snapshots.indexOf(last) + 1);
}

/** All snapshots of one app and environment; of the named app if the place has others too. */
export function oneGroup(source: Source, snapshots: readonly SourceSnapshot[]): readonly SourceSnapshot[] {
  const groups = [...Map.groupBy(snapshots, ({ app }) => groupKey(app)).values()];
  const named = groups.filter((group) =>
    group.some(({ app }) => source.appName !== null && app.name === source.appName)
  );
  const [group, ...others] = named.length > 0 ? named : groups;
  if (group === undefined) throw nothingIn(source);
  if (others.length === 0) return group;
  const names = [group, ...others].map((it) => it.at(-1)).flatMap((it) => it === undefined ? [] : groupName(it.app));
  throw new AnvilSqliteError(`'${source.place.path}' has backups of several apps: ${names.join(", ")}`, {
    code: "ambiguous-source",
    hint:
      "Name the files of one app with a pattern, such as 'backups/APP*.sqlite@latest', or give the path of one file.",
  });
}

function numbered(source: Source, snapshots: readonly SourceSnapshot[], number: number): SourceSnapshot {
  const found = snapshots.find((snapshot) => snapshot.number === number);
  if (found !== undefined) return found;
  const isVault = source.place.kind === "vault";
  throw new AnvilSqliteError(
    isVault
      ? `'${source.place.path}' has no snapshot #${number}`
      : `'@#${number}' is for vaults, and '${source.place.path}' is not one`,
    {
      code: "no-such-snapshot",
      hint: `See 'anvil-sqlite snapshots ${source.place.path}'.`,
    },
  );
}

function nothingThere(source: Source, snapshots: readonly SourceSnapshot[]): AnvilSqliteError {
  const { place: { path }, when } = source;
  const oldest = snapshots[0];
  const message = when?.kind === "moment"
    ? `'${path}' has no backup from ${when.moment.toISOString()} or before`
    : `'${path}' has ${snapshots.length} backups, which is too few for '${source.text}'`;
  return new AnvilSqliteError(message, {
    code: "no-such-snapshot",
    hint: oldest === undefined ? null : `The oldest is '${oldest.name}' of ${oldest.start.toISOString()}.`,
  });
}

function nothingIn({ place: { path } }: Source): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' has no finished backup`, {
    code: "no-such-snapshot",
    hint: "Make one with 'anvil-sqlite backup', or name another folder.",
  });
}
