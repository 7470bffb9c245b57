/**
 * Columns that hold secrets: those that the Users service stores, and those whose names say so. Everything that shows
 * values uses this list: a plan, a comparison, a page, an export. It hides nothing by itself.
 */
import type { AppSchema, ColumnSchema } from "../schema/model/app_schema.ts";

/** Names of the Users service: hashes, session tokens, second factors and keys that confirm an e-mail address. */
const OF_USERS_SERVICE: ReadonlySet<string> = new Set([
  "password_hash",
  "remembered_logins",
  "mfa",
  "email_confirmation_key",
]);

/**
 * Words that mark a secret in a column's name, alone or among others: `api_key`, `refreshToken`, `old password`. `key`
 * alone does not: too many apps have keys that open nothing.
 */
const SECRET_WORDS =
  /^(?:passwords?|passwd|pwd|passphrase|secrets?|tokens?|hash(?:ed)?password|salt|mfa|otp|totp|credentials?|apikey|privatekey)$/;
const SECRET_PAIRS = /(?:^| )(?:api|private|secret|signing|encryption|access|session) key(?: |$)|(?:^| )password hash/;

/** Whether a column holds secrets, by its name. */
export function isSecretColumn({ name }: Pick<ColumnSchema, "name">): boolean {
  if (OF_USERS_SERVICE.has(name)) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => SECRET_WORDS.test(word)) || SECRET_PAIRS.test(words.join(" "));
}

/** Columns of a schema that hold secrets. */
export function secretColumns(schema: AppSchema): readonly { readonly table: string; readonly column: string }[] {
  return schema.tables.flatMap((table) =>
    table.columns.filter(isSecretColumn).map(({ name }) => ({ table: table.name, column: name }))
  );
}
