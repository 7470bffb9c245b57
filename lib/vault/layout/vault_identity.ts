/**
 * How a vault is told from any other SQLite file. Only numbers and a name's ending.
 */

/** `PRAGMA application_id` of a vault: "AnvV" in ASCII. */
export const VAULT_APPLICATION_ID = 0x416e_7656;

/** `PRAGMA user_version`: version of the vault's format. A reader refuses a higher one. */
export const VAULT_FORMAT = 1;

/** Ending of a vault's name. */
export const VAULT_SUFFIX = ".vault";
