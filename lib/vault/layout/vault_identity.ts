/**
 * The number by which a vault's format is recognised. Only a number.
 */

/** `PRAGMA user_version`: version of the vault's format. A reader refuses a higher one. */
export const VAULT_FORMAT = 1;
