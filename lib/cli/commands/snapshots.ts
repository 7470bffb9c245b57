/**
 * `snapshots`: lists the backups of a place.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { compareArchives } from "../../diff/archives/compare_archives.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { SnapshotGroup } from "../../source/groups.ts";
import type { SnapshotChanges, SourceSnapshot } from "../../source/snapshot.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { count } from "../../ui/text/count.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { momentText } from "../../ui/text/moment_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { textTable } from "../../ui/text/text_table.ts";
import type { SNAPSHOTS } from "../descriptions/snapshots.ts";
import { listedPlace, noBackup } from "../sources/listed_place.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { changesText } from "../output/changes_text.ts";

type SnapshotsInvocation = Invocation<typeof SNAPSHOTS>;

/** A snapshot with what changed since the one before; null for the first, undefined when changes were not asked for. */
interface Listed {
  readonly snapshot: SourceSnapshot;
  readonly changes: SnapshotChanges | null | undefined;
}

/** Runs `snapshots` and returns its exit code. */
export async function run(invocation: SnapshotsInvocation): Promise<ExitCode> {
  const { positionals, flags, terminal } = invocation;
  const { source, groups, passedOver } = await listedPlace(positionals.source, sourceContext(invocation));
  if (groups.length === 0) throw noBackup(source);
  const listed: (SnapshotGroup & { readonly list: readonly Listed[] })[] = [];
  for (const group of groups) listed.push({ ...group, list: await withChanges(group.snapshots, invocation) });
  if (flags.json) {
    const apps = listed.map(({ app, list }) => ({ ...app, snapshots: list.map(snapshotJson) }));
    const passed_over = passedOver.map(({ path, reason }) => ({ path, reason }));
    terminal.out(`${jsonText({ source: source.place.path, kind: source.place.kind, apps, passed_over }, 2)}\n`);
    return EXIT.done;
  }
  listed.forEach((group, i) => terminal.out(`${i === 0 ? "" : "\n"}${groupText(group, flags.changes)}\n`));
  return EXIT.done;
}

function snapshotJson({ snapshot, changes }: Listed) {
  const { name, number, start, complete, sameMoment, rows, bytes, digest, looksWrong } = snapshot;
  return {
    name,
    number,
    start: start.toISOString(),
    complete,
    same_moment: sameMoment,
    rows,
    bytes,
    digest,
    looks_wrong: looksWrong,
    ...(changes === undefined ? {} : { changes }),
  };
}

/** Changes in a vault are read from it; files are compared. */
async function withChanges(
  snapshots: readonly SourceSnapshot[],
  { flags, signal }: SnapshotsInvocation,
): Promise<readonly Listed[]> {
  if (!flags.changes) return snapshots.map((snapshot) => ({ snapshot, changes: undefined }));
  const list: Listed[] = [];
  for (const [i, snapshot] of snapshots.entries()) {
    signal.throwIfAborted();
    const before = snapshots[i - 1];
    const changes = snapshot.changes !== undefined
      ? snapshot.changes
      : before === undefined
      ? null
      : await changesBetween(before, snapshot);
    list.push({ snapshot, changes });
  }
  return list;
}

async function changesBetween(before: SourceSnapshot, after: SourceSnapshot): Promise<SnapshotChanges> {
  await using first = await before.open();
  await using second = await after.open();
  using a = await openArchive(first.path);
  using b = await openArchive(second.path);
  const changes: Record<string, SnapshotChanges[string]> = {};
  for (const one of compareArchives(a, b, { media: true, trustDigests: true, tables: [], returned: [] })) {
    if (one.kind !== "table") continue;
    changes[one.table] = { added: one.added, changed: one.changed, removed: one.deleted };
  }
  return changes;
}

function groupText({ name, list }: SnapshotGroup & { readonly list: readonly Listed[] }, hasChanges: boolean): string {
  const isVault = list.some(({ snapshot }) => snapshot.number !== null);
  const columns = [
    ...(isVault ? [{ title: "#", align: "right" } as const] : []),
    { title: "TIME" },
    { title: "ROWS", align: "right" } as const,
    { title: "SIZE", align: "right" } as const,
    { title: "DIGEST" },
    { title: "" },
  ];
  const rows = list.map(({ snapshot, changes }) => [
    ...(isVault ? [String(snapshot.number ?? "")] : []),
    momentText(snapshot.start),
    count(snapshot.rows),
    snapshot.bytes === null ? "" : byteSize(snapshot.bytes),
    snapshot.digest.slice(0, DIGITS),
    [
      ...(snapshot.complete ? [] : ["incomplete"]),
      ...(snapshot.sameMoment ? [] : ["not of one moment"]),
      ...snapshot.looksWrong.map((message) => `looks wrong: ${message}`),
      ...(hasChanges ? [changesText(changes ?? null)] : []),
    ].join("; "),
  ]);
  return `${plainText(name)}\n${textTable(columns, rows)}`;
}

/** Digits of a digest that are enough to distinguish snapshots. */
const DIGITS = 12;
