/**
 * The messages about files that were passed over: a line for each reason. Pure.
 */
import type { PassedOver, PassedReason } from "./folder.ts";

/** Names of such files in messages. */
const WHAT: Readonly<Record<PassedReason, readonly [one: string, several: string]>> = {
  "id-map": ["an id map", "id maps"],
  "unfinished": ["an unfinished backup", "unfinished backups"],
  "unreadable": ["a file that cannot be read", "files that cannot be read"],
  "not-a-backup": ["a file without a backup of an app", "files without a backup of an app"],
  "vault": ["a vault, to be named by itself", "vaults, to be named by themselves"],
  "foreign": ["a file of another program", "files of other programs"],
};

/** Files that nobody would take for a backup need no line. */
const LIKE_A_BACKUP = /\.(?:sqlite3?|db)$/i;
const NAMED = 3;

/**
 * Lines, without line ends.
 * @param quiet whether only files are named that should be a backup and cannot be read
 */
export function passedOverLines(passedOver: readonly PassedOver[], quiet = false): readonly string[] {
  const told = passedOver.filter(({ path, reason }) =>
    quiet ? reason === "unreadable" : reason !== "foreign" || LIKE_A_BACKUP.test(path)
  );
  return [...Map.groupBy(told, ({ reason }) => reason)].map(([reason, files]) => {
    const [one, several] = WHAT[reason];
    const names = files.slice(0, NAMED).map(({ path, why }) => `'${path}'${why === "" ? "" : ` (${why})`}`);
    const more = files.length - names.length;
    const list = `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return `Passed over ${files.length === 1 ? one : `${files.length} ${several}`}: ${list}`;
  });
}
