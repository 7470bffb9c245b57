/**
 * Whether a path leads to a file of the forum scripts. It only reads.
 */
import type { Engine } from "../sqlite/engine.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { isForumFile } from "./forum_file.ts";

/** Whether there is such a file. What cannot be opened is not one: whoever opens it next has the right words. */
export async function isForumPath(path: string): Promise<boolean> {
  let engine: Engine | null = null;
  try {
    engine = await openEngine(path, { mode: "read" });
    return isForumFile(engine);
  } catch {
    return false;
  } finally {
    engine?.close();
  }
}
