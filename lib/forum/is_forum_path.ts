/**
 * Whether a path leads to a file of the forum scripts. It only reads.
 */
import { APPLICATION_ID } from "../archive/catalogue/identity.ts";
import { applicationIdAt } from "../sqlite/application_id.ts";
import type { Engine } from "../sqlite/engine.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { checkRegularFile } from "../sqlite/regular_file.ts";
import { isForumFile } from "./forum_file.ts";

/** Whether there is such a file. What cannot be opened is not one: whoever opens it next has the right words. */
export async function isForumPath(path: string): Promise<boolean> {
  let engine: Engine | null = null;
  try {
    await checkRegularFile(path);
    // A backup of this program, as nearly every file is, is known without being opened.
    if (await applicationIdAt(path) === APPLICATION_ID) return false;
    engine = await openEngine(path, { mode: "read" });
    return isForumFile(engine);
  } catch {
    return false;
  } finally {
    engine?.close();
  }
}
