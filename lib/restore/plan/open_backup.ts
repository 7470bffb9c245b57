/**
 * Opens what is to be restored, after checking it. A damaged or unfinished archive is refused unless the user asks for
 * it. A file of the forum scripts is made into an archive of its own. The file itself is only read.
 */
import { forumAsArchive } from "../../forum/as_archive.ts";
import { isForumPath } from "../../forum/is_forum_path.ts";
import { type OpenArchive, openArchive } from "../../archive/open_archive.ts";
import { howToFinish, isUnfinished } from "../../archive/catalogue/unfinished.ts";
import { incompleteness } from "../../archive/incompleteness.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { verifyFile } from "../../verify/verify_file.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { BlockDigest } from "../../archive/digest/table_digest.ts";
import { rememberBlocks, usedRowProblems } from "./check_used_rows.ts";

/** An archive to restore from. */
interface RestoreSource extends AsyncDisposable {
  readonly archive: OpenArchive;
  /** What a reader should know about it: accepted damage, limits of the file. */
  readonly notes: readonly string[];
  /**
   * Checks the rows that a plan uses; null if the whole file was checked.
   * @throws {AnvilSqliteError} `damaged` (exit 4)
   */
  readonly checkUsed: ((idMap: IdMap) => Promise<void>) | null;
}

/** How it is opened. */
interface SourceOptions {
  /** Whether damage is accepted. */
  readonly force: boolean;
  /** Whether the whole file is checked now (default); otherwise only what a plan uses is checked, later. */
  readonly whole?: boolean;
  /** A path beside which facts about the file may be kept; by default they are kept nowhere. */
  readonly keeps?: string | null;
  readonly onStep: (what: string) => void;
}

/** Most problems that a refusal names. */
const TOLD = 3;

/**
 * Opens an archive or a file of the forum scripts.
 * @throws {AnvilSqliteError} `damaged` (exit 4), and as `openArchive`
 */
export async function openSource(path: string, options: SourceOptions): Promise<RestoreSource> {
  if (await isForumPath(path)) return await openForum(path, options);
  const archive = await openArchive(path, { unfinished: true });
  try {
    const problems = await problemsOf(archive, options);
    if (problems.length > 0 && !options.force) throw damaged(path, problems);
    const notes = [
      ...problems.map((problem) => `Damaged: ${problem}`),
      ...incompleteness(archive),
    ];
    return {
      archive,
      notes,
      checkUsed: options.whole !== false || options.force ? null : async (idMap) => {
        const problems = await usedRowProblems(archive, idMap, { file: options.keeps ?? null });
        if (problems.length > 0) throw damaged(path, problems);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(archive[Symbol.dispose]()),
    };
  } catch (error) {
    archive[Symbol.dispose]();
    throw error;
  }
}

async function problemsOf(
  { engine, catalogue }: OpenArchive,
  { whole = true, keeps = null, onStep }: SourceOptions,
): Promise<readonly string[]> {
  if (isUnfinished(engine)) {
    return [`the backup was interrupted and is not whole (to have it finished, ${howToFinish(engine.path)})`];
  }
  if (!whole) return [];
  const problems: string[] = [];
  try {
    const blocks = new Map<number, readonly BlockDigest[]>();
    const onBlocks = (table: number, found: readonly BlockDigest[]) => void blocks.set(table, found);
    const options = { quick: false, onStep, onBlocks };
    for await (const { message } of verifyFile(engine, catalogue, options)) problems.push(message);
    if (problems.length === 0) await rememberBlocks({ file: keeps }, blocks);
  } catch (error) {
    if (error instanceof AnvilSqliteError) throw error;
    problems.push(`it cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`);
  }
  return problems;
}

/** What the backup itself said is missing. */

function damaged(path: string, problems: readonly string[]): AnvilSqliteError {
  const more = problems.length > TOLD ? `; and ${problems.length - TOLD} more` : "";
  return new AnvilSqliteError(`'${path}' is not as it was made: ${problems.slice(0, TOLD).join("; ")}${more}`, {
    code: "damaged",
    hint: "Use another backup, or restore what can be read of this one with --force. 'verify' lists all of it.",
  });
}

async function openForum(path: string, { force, onStep }: SourceOptions): Promise<RestoreSource> {
  onStep("file of the forum script");
  await using stack = new AsyncDisposableStack();
  const forum = stack.use(await forumAsArchive(path));
  if (!forum.isWhole && !force) {
    throw damaged(path, ["the forum script was killed half way, or its end was not recorded"]);
  }
  const archive = stack.use(await openArchive(forum.path));
  const owned = stack.move();
  return { archive, notes: forum.limits, checkUsed: null, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
