/**
 * Refuses files that cannot be a database before SQLite opens them: SQLite waits at a pipe for ever, and reads any
 * device.
 */
import { AnvilSqliteError, closedPlace } from "../errors.ts";

/** Other things at a path, by the system's words (null if the system has no such thing). */
const OTHERS = [
  ["isDirectory", "a folder"],
  ["isFifo", "a pipe"],
  ["isSocket", "a socket"],
  ["isCharDevice", "a device"],
  ["isBlockDevice", "a device"],
] as const;
const OTHER = [null, "something else"] as const;

/** The name of standard input in commands that read text. */
const STANDARD_INPUT = "-";

/**
 * Checks that a path leads to a regular file, or to nothing: the code that opens a missing file reports it.
 * @throws {AnvilSqliteError} `cannot-open` (exit 20); `not-permitted` (exit 2) for a folder of the system
 */
export async function checkRegularFile(path: string): Promise<void> {
  const stat = await Deno.stat(path).catch((error: unknown) => {
    const closed = closedPlace(error);
    if (closed !== null) throw closed;
    return null;
  });
  if (stat?.isFile || (stat === null && path !== STANDARD_INPUT)) return;
  const [, what] = stat === null ? [null, "standard input"] : OTHERS.find(([kind]) => stat[kind] === true) ?? OTHER;
  throw new AnvilSqliteError(`Cannot open SQLite file '${path}': it is ${what}`, {
    code: "cannot-open",
    hint: "Give a .sqlite file: a database can be read neither from a pipe nor from a device.",
  });
}
