/**
 * Opens what a user names, for reading: an archive, or a file of the forum scripts, which is made into an archive of its
 * own first. It never writes to what was named.
 */
import { type OpenArchive, openArchive } from "../archive/open_archive.ts";
import { readWarnings } from "../archive/catalogue/catalogue.ts";
import { INCOMPLETE_CODES } from "../archive/catalogue/incomplete_codes.ts";
import { join } from "../deps.ts";
import { convertForumFile } from "../forum/forum_archive.ts";
import { isForumPath } from "../forum/is_forum_path.ts";
import { chooseSnapshot } from "./choose_snapshot.ts";
import type { SourceContext } from "./context.ts";

/** Something open for reading. */
interface NamedSource extends AsyncDisposable {
  readonly archive: OpenArchive;
  /** What a reader should know of it, in sentences. */
  readonly notes: readonly string[];
  /** What is missing in it, in sentences. */
  readonly missing: readonly string[];
}

/**
 * Opens what is named.
 * @throws {AnvilSqliteError} as {@link chooseSnapshot} and `openArchive`; `bad-forum-file` (exit 20)
 */
export async function openNamed(text: string, context: SourceContext): Promise<NamedSource> {
  const chosen = await chooseSnapshot(text, context);
  const file = await chosen.open();
  try {
    if (await isForumPath(file.path)) return await openForum(file.path);
    const archive = await openArchive(file.path);
    return {
      archive,
      notes: [],
      missing: incompleteness(archive),
      [Symbol.asyncDispose]: async () => {
        archive[Symbol.dispose]();
        await file[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the backup itself said is missing, cells aside: those are for whoever reads them. */
function incompleteness({ engine, catalogue }: OpenArchive): readonly string[] {
  if (catalogue.provenance.get("complete") !== "no") return [];
  const missing = readWarnings(engine).filter(({ code, row }) => INCOMPLETE_CODES.has(code) && row === null);
  return ["The backup was incomplete when it was made", ...missing.map(({ message }) => message)];
}

async function openForum(path: string): Promise<NamedSource> {
  const folder = await Deno.makeTempDir({ prefix: "anvil-sqlite-forum-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const converted = join(folder, "forum.sqlite");
    const { limits, isWhole } = await convertForumFile(path, converted);
    const archive = await openArchive(converted);
    return {
      archive,
      notes: limits,
      missing: isWhole ? [] : ["The forum script was killed half way, or its end was not recorded"],
      [Symbol.asyncDispose]: async () => {
        archive[Symbol.dispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
