/**
 * The code of warnings that say a file looks wrong beside the one before it. Only the word.
 */

/** Code of such warnings in `_anvil_warnings`. */
export const LOOKS_WRONG = "looks-wrong";
