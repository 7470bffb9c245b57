/**
 * Folders that are needed for a while only. The code that makes one removes it. A folder that is left when the process
 * ends, as after a second Ctrl-C, is removed then.
 */
import { isAbsolute } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";

/** Where temporary files go if TMPDIR is empty or not set. */
const USUAL = "/tmp";

const made = new Set<string>();

function removeLeft(): void {
  for (const folder of made) {
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch {
      // It is gone already, or Windows keeps it because a file is open.
    }
  }
}

/**
 * Makes a folder, readable by its owner only.
 * @throws {AnvilSqliteError} `no-temp-folder` (exit 21)
 */
export async function makeTemporaryFolder(what: string): Promise<string> {
  const prefix = `anvil-sqlite-${what}-`;
  try {
    const folder = await makeIn(prefix);
    if (made.size === 0) globalThis.addEventListener("unload", removeLeft);
    made.add(folder);
    return folder;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
    throw new AnvilSqliteError(`Cannot make a folder for temporary files: ${reason}`, {
      code: "no-temp-folder",
      hint: "Set TMPDIR to a folder that exists and that you may write to.",
      cause,
    });
  }
}

async function makeIn(prefix: string): Promise<string> {
  try {
    const folder = await Deno.makeTempDir({ prefix });
    if (isAbsolute(folder)) return folder;
    await Deno.remove(folder);
  } catch (error) {
    // With limited permissions Deno refuses the empty path; with all of them it takes it for the working folder.
    if (!(error instanceof Error) || !error.message.includes("Empty path")) throw error;
  }
  return await Deno.makeTempDir({ prefix, dir: USUAL });
}
