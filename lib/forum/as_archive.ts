/**
 * A file of the forum scripts as an archive for a while, in a temporary folder that is removed with it. All readers get
 * such a file from here. The file itself is only read.
 */
import { join } from "../deps.ts";
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import { type ConvertedForum, convertForumFile } from "./forum_archive.ts";

/** The archive; it is removed when this is disposed of. */
interface ForumAsArchive extends ConvertedForum, AsyncDisposable {
  /** Where the archive is. */
  readonly path: string;
}

/**
 * Makes the archive.
 * @throws {AnvilSqliteError} `bad-forum-file` (exit 20), `no-temp-folder` (exit 21)
 */
export async function forumAsArchive(from: string): Promise<ForumAsArchive> {
  const folder = await makeTemporaryFolder("forum");
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const path = join(folder, "forum.sqlite");
    return { ...await convertForumFile(from, path), path, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
