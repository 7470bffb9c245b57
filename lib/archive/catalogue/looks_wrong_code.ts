/**
 * The code of warnings which say that a file looks wrong compared with the one before it. Only the word.
 */

/** The code, as it is stored in `_anvil_warnings`. */
export const LOOKS_WRONG = "looks-wrong";
