/**
 * Whether a path leads to a file of the forum scripts. It only reads.
 */
import { APPLICATION_ID } from "../archive/catalogue/identity.ts";
import { applicationIdAt } from "../sqlite/application_id.ts";
import type { Engine } from "../sqlite/engine.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { checkRegularFile } from "../sqlite/regular_file.ts";
import { isForumFile } from "./forum_file.ts";

/**
 * Whether such a file is at a path. False for a file that cannot be opened: the code that opens it next reports why.
 */
export async function isForumPath(path: string): Promise<boolean> {
  let engine: Engine | null = null;
  try {
    await checkRegularFile(path);
    // Nearly every file is a backup of this program, which is recognised without opening it.
    if (await applicationIdAt(path) === APPLICATION_ID) return false;
    engine = await openEngine(path, { mode: "read" });
    return isForumFile(engine);
  } catch {
    return false;
  } finally {
    engine?.close();
  }
}
