/**
 * The codes of warnings which mean that something asked for is missing in the file, or not as it should be. Other
 * warnings say how the file is laid out, or what was odd in the app. Only the list.
 */

/** Codes of warnings which mean that something is missing. */
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
