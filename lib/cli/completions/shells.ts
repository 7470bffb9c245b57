/**
 * The shells that completions are written for. Only constants.
 */

/** Their names, as `completions` takes them. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
/** One of {@link SHELLS}. */
type Shell = typeof SHELLS[number];
