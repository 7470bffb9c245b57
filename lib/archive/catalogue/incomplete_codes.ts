/**
 * Which warnings of a file say that something which was asked for is not in it as it should be. The others say how the
 * file is laid out, or what was odd in the app. Only the list.
 */

/** Codes of such warnings. */
export const INCOMPLETE_CODES: ReadonlySet<string> = new Set([
  "unreadable-table",
  "unlisted-column",
  "table-gone",
  "count-differs",
  "snapshot-required",
  "odd-value",
  "media-gone",
  "media-failed",
  "media-not-permitted",
]);
