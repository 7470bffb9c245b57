/**
 * The numbers by which an archive is recognised among SQLite files. Only numbers.
 */

/** `PRAGMA application_id` of an archive: "AnvS" in ASCII. */
export const APPLICATION_ID = 0x416e_7653;

/** `PRAGMA application_id` of a vault: "AnvV" in ASCII. */
export const VAULT_APPLICATION_ID = 0x416e_7656;

/**
 * `PRAGMA user_version`: version of the archive format. A reader refuses a higher one, and reads all lower ones. Format
 * 1 has no readable views, no owners in the view of media, and fewer reserved names.
 */
export const FORMAT_VERSION = 2;

/** Ending of a file that is not whole yet. */
export const PARTIAL_SUFFIX = ".partial";
