/**
 * The place of a source as commands list it: all its snapshots by app, and a line about the files that were passed
 * over.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { SourceContext } from "../../source/context.ts";
import { findSource, listPlace, type Source } from "../../source/find_source.ts";
import type { PassedOver } from "../../source/folder.ts";
import { type SnapshotGroup, snapshotGroups } from "../../source/groups.ts";
import { passedOverLines } from "../../source/passed_over_lines.ts";

/** The snapshots of a place, and what was passed over. */
interface ListedPlace {
  readonly source: Source;
  /** Of the named app if the source is the name of one, otherwise of all. */
  readonly groups: readonly SnapshotGroup[];
  readonly passedOver: readonly PassedOver[];
}

/**
 * Lists the place of a source.
 * @throws {AnvilSqliteError} as `findSource` and `listPlace`
 */
export async function listedPlace(text: string, context: SourceContext): Promise<ListedPlace> {
  const source = await findSource(text, context);
  const { snapshots, passedOver } = await listPlace(source.place, context);
  for (const line of passedOverLines(passedOver, context.quiet)) context.note(line);
  const groups = snapshotGroups(snapshots);
  const named = groups.filter(({ app }) => source.appName !== null && app.name === source.appName);
  return { source, groups: named.length > 0 ? named : groups, passedOver };
}

/** The error of a place without a backup. */
export function noBackup({ place: { path } }: Source): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' has no finished backup`, {
    code: "no-such-snapshot",
    hint: "Make one with 'anvil-sqlite backup', or name another folder.",
  });
}
