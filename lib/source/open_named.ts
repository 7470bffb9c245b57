/**
 * Opens what a user names, for reading: an archive, or a file of the forum scripts, of which it first makes an archive.
 * It never writes to the file that was named.
 */
import { type OpenArchive, openArchive } from "../archive/open_archive.ts";
import { incompleteness } from "../archive/incompleteness.ts";
import { forumAsArchive } from "../forum/as_archive.ts";
import { isForumPath } from "../forum/is_forum_path.ts";
import { chooseSnapshot } from "./choose_snapshot.ts";
import type { SourceContext } from "./context.ts";

/** A source that is open for reading. */
interface NamedSource extends AsyncDisposable {
  readonly archive: OpenArchive;
  /** What a reader should know about it, in sentences. */
  readonly notes: readonly string[];
  /** What is missing in it, in sentences. */
  readonly missing: readonly string[];
}

/**
 * Opens what the user named.
 * @throws {AnvilSqliteError} as {@link chooseSnapshot} and `openArchive`; `bad-forum-file` (exit 20)
 */
export async function openNamed(text: string, context: SourceContext): Promise<NamedSource> {
  const chosen = await chooseSnapshot(text, context);
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await chosen.open());
  const forum = await isForumPath(path) ? stack.use(await forumAsArchive(path)) : null;
  const archive = stack.use(await openArchive(forum?.path ?? path));
  const owned = stack.move();
  return {
    archive,
    notes: forum?.limits ?? [],
    missing: forum === null
      // Single cells are the business of the code that reads them.
      ? incompleteness(archive, ({ row }) => row === null)
      : forum.isWhole
      ? []
      : ["The forum script was killed half way, or its end was not recorded"],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
