/**
 * Name and version of this program, as printed by `--version` and kept in every file it writes. Only constants.
 */

/** The program's name. */
export const PROGRAM = "anvil-sqlite";

/** Semantic version; a release's tag is `v` and this. */
export const VERSION = "0.1.0";
